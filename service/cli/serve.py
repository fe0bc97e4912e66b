"""``provost serve``: the console, the interface for programs and the webhooks, until told to stop."""

from collections.abc import Callable

import click


@click.command(
    help="Serve the console, the interface for programs and the webhooks until stopped by SIGTERM or Ctrl-C. On SQLite "
    "the worker runs in the same process."
)
@click.option("--host", help="Address to listen on; else the setting web.host.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on, 0 for any; else the setting web.port.")
@click.option("--worker/--no-worker", default=None, help="Run a worker in this process, or none. Default: on SQLite.")
@click.option("--demo", is_flag=True, help="Start a campus on loopback first, with identities to choose, blurred.")
@click.option("--names", is_flag=True, help="Show the made-up people of that campus by name.")
@click.option("--students", default=160, show_default=True, help="Size of that campus.")
@click.option("--seed", default=7, show_default=True, help="Seed of everything random on that campus.")
def command(
    host: str | None, port: int | None, worker: bool | None, demo: bool, names: bool, students: int, seed: int
) -> None:
    """Serve."""
    from graphs.settings import Settings, load_settings
    from service.logs import configure_logs
    from service.web.serving import run_server

    configure_logs("console", "warning")
    changed = {name: value for name, value in (("host", host), ("port", port)) if value is not None}

    def serve(settings: Settings, ready: Callable[[str], None] = _say) -> None:
        settings = settings.model_copy(update={"web": settings.web.model_copy(update=changed)})
        configure_logs(settings.log_format, settings.log_level)
        run_server(settings, worker=worker, blurred=demo and not names, ready=ready)

    if not demo:
        serve(load_settings())
        return
    from service.demo.serving import campus_to_serve

    click.echo(f"Starting a campus of {students:,} students (seed {seed}) on loopback.", err=True)
    with campus_to_serve(students, seed) as prepared:
        serve(prepared.settings, lambda address: _say_with_course(address, prepared.open_course(address)))


def _say_with_course(address: str, page: str) -> None:
    _say(address)
    if page:
        said = "The student's learning path in a course page (its certificate is the campus's own; accept it)"
        click.echo(f"{said}: {page}", err=True)


def _say(address: str) -> None:
    click.echo(f"Serving {address}; stop it with SIGTERM or Ctrl-C.", err=True)
