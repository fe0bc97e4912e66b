"""``provost worker``: take up registration events, answers and schedules until told to stop."""

import click


@click.command(help="Take up registration events, answers and schedules until stopped by SIGTERM or Ctrl-C.")
@click.option("--slot", help="Name of this worker's slot, unique per worker; else the setting worker_slot.")
def command(slot: str | None) -> None:
    """Run one worker; what it has begun goes on wherever a worker starts next."""
    from graphs.settings import load_settings
    from service.logs import configure_logs
    from service.worker import run_worker

    settings = load_settings()
    if slot:
        settings = settings.model_copy(update={"worker_slot": slot})
    configure_logs(settings.log_format, settings.log_level)
    click.echo(f"Worker {settings.worker_slot} is at work; stop it with SIGTERM or Ctrl-C.", err=True)
    run_worker(settings)
    click.echo(f"Worker {settings.worker_slot} has stopped; what waits is kept for the next one.", err=True)
