"""SIS imports and conversations over the wire."""

from __future__ import annotations

import io
import zipfile

import httpx
import pytest

from tests.simulator.conftest import CanvasCampus

ENROLL = "section_id,user_id,role,status"
IMPORTS = "/accounts/1/sis_imports"
DROP_ONE = f"{ENROLL}\n202680-10001,A00000001,student,deleted\n"


def zipped(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.csv", content)
    return buffer.getvalue()


def states_seen(api: httpx.Client, job: int) -> list[str]:
    return [api.get(f"{IMPORTS}/{job}").json()["workflow_state"] for _ in range(4)]


def test_an_import_really_moves_over_polls(api: httpx.Client, canvas: CanvasCampus) -> None:
    posted = api.post(
        f"{IMPORTS}?import_type=instructure_csv&extension=csv", content=DROP_ONE, headers={"Content-Type": "text/csv"}
    )
    assert posted.status_code == 200
    assert (posted.json()["workflow_state"], posted.json()["progress"]) == ("created", "0")
    row = canvas.state.enrollment_of(canvas.sections["202680-10001"], canvas.users["A00000001"])
    assert states_seen(api, posted.json()["id"]) == ["importing", "importing", "imported", "imported"]
    assert row.workflow_state == "deleted"
    done = api.get(f"{IMPORTS}/{posted.json()['id']}").json()
    assert (done["progress"], done["data"]["counts"]["enrollments"], done["data"]["supplied_batches"]) == (
        "100",
        1,
        ["enrollment"],
    )
    assert done["ended_at"] is not None


def test_nothing_changes_before_the_import_has_run(api: httpx.Client, canvas: CanvasCampus) -> None:
    api.post(f"{IMPORTS}?extension=csv", content=DROP_ONE, headers={"Content-Type": "text/csv"})
    row = canvas.state.enrollment_of(canvas.sections["202680-10001"], canvas.users["A00000001"])
    api.get(IMPORTS)
    assert row.workflow_state == "active"


def test_a_zip_is_applied_in_canvas_order(api: httpx.Client, canvas: CanvasCampus) -> None:
    content = zipped(
        a_enrollments=f"{ENROLL}\n202680-90001,A90000001,student,active\n202680-1,X,student,active\n",
        b_users="user_id,login_id,full_name,status\nA90000001,new,New Person,active\n",
        c_sections="section_id,course_id,name,status\n202680-90001,NEW-202680,New,active\n",
        d_courses="course_id,short_name,long_name,term_id,status\nNEW-202680,NEW,New,202680,published\n",
    )
    posted = api.post(f"{IMPORTS}?import_type=instructure_csv", files={"attachment": ("feed.zip", content)})
    states_seen(api, posted.json()["id"])
    done = api.get(f"{IMPORTS}/{posted.json()['id']}").json()
    assert done["workflow_state"] == "imported_with_messages"
    assert done["processing_warnings"] == [
        ["a_enrollments.csv", "User X not found for enrollment"],
    ]
    errors = api.get(f"{IMPORTS}/{posted.json()['id']}/errors").json()["sis_import_errors"]
    assert [(each["file"], each["row"]) for each in errors] == [("a_enrollments.csv", 3)]
    assert api.get("/sections/sis_section_id:202680-90001/enrollments").json()[0]["sis_import_id"] == done["id"]


def test_one_import_runs_at_a_time(api: httpx.Client) -> None:
    first, second = (
        api.post(f"{IMPORTS}?extension=csv", content=DROP_ONE, headers={"Content-Type": "text/csv"}).json()["id"]
        for _ in range(2)
    )
    for _ in range(3):
        assert api.get(f"{IMPORTS}/{second}").json()["workflow_state"] == "created"
    assert api.get(f"{IMPORTS}/{first}").json()["workflow_state"] == "imported"
    assert [row["id"] for row in api.get(f"{IMPORTS}/importing").json()["sis_imports"]] == [second]
    listed = api.get(f"{IMPORTS}?workflow_state[]=imported").json()["sis_imports"]
    assert [row["id"] for row in listed] == [second, first]
    assert api.get(f"{IMPORTS}?workflow_state[]=failed").json() == {"sis_imports": []}


def test_a_queued_import_is_aborted(api: httpx.Client, canvas: CanvasCampus) -> None:
    job = api.post(f"{IMPORTS}?extension=csv", content=DROP_ONE, headers={"Content-Type": "text/csv"}).json()["id"]
    assert api.put(f"{IMPORTS}/{job}/abort").json()["workflow_state"] == "aborted"
    states_seen(api, job)
    row = canvas.state.enrollment_of(canvas.sections["202680-10001"], canvas.users["A00000001"])
    assert row.workflow_state == "active"
    assert api.put(f"{IMPORTS}/{job}/abort").status_code == 400


def test_restoring_states_is_a_progress(api: httpx.Client, canvas: CanvasCampus) -> None:
    job = canvas.state.import_csv({"drop.csv": DROP_ONE}).id
    row = canvas.state.enrollment_of(canvas.sections["202680-10001"], canvas.users["A00000001"])
    assert row.workflow_state == "deleted"
    progress = api.put(f"{IMPORTS}/{job}/restore_states", data={"undelete_only": "true"}).json()
    assert api.get(f"{IMPORTS}/{job}").json()["workflow_state"] == "restoring"
    assert [api.get(progress["url"]).json()["workflow_state"] for _ in range(2)] == ["running", "completed"]
    assert api.get(f"{IMPORTS}/{job}").json()["workflow_state"] == "partially_restored"
    assert row.workflow_state == "active"


@pytest.mark.parametrize(
    ("path", "content", "kind", "message"),
    [
        ("/accounts/2/sis_imports", DROP_ONE.encode(), "text/csv", "SIS imports can only be executed on root accounts"),
        (IMPORTS, b"", "text/csv", "No import file was given"),
        (f"{IMPORTS}?extension=zip", b"no zip", "application/zip", "Unable to extract zip file"),
        (IMPORTS, b"\xff\xfe\x00", "text/csv", "Invalid UTF-8"),
        (IMPORTS, DROP_ONE.encode(), "text/csv; charset=latin-1", "Invalid content type, UTF-8 required"),
    ],
)
def test_uploads_that_are_refused(api: httpx.Client, path: str, content: bytes, kind: str, message: str) -> None:
    answer = api.post(path, content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()) == (400, {"errors": [message]})


def test_diffing_over_the_wire_names_its_base(api: httpx.Client) -> None:
    query = f"{IMPORTS}?extension=csv&diffing_data_set_identifier=nightly&change_threshold=10"
    kept = f"{ENROLL}\n202680-10001,A00000002,student,active\n202680-10001,A00000003,student,active\n"
    for _ in range(2):
        job = api.post(query, content=kept, headers={"Content-Type": "text/csv"}).json()["id"]
        states_seen(api, job)
    done = api.get(f"{IMPORTS}/{job}").json()
    assert (done["diffed_against_import_id"], done["data"]["counts"]["enrollments"]) == (1, 0)
    both = api.post(f"{query}&batch_mode=1", content=kept, headers={"Content-Type": "text/csv"})
    assert both.status_code == 400


def say(api: httpx.Client, recipient: str, body: str, **words: str) -> httpx.Response:
    return api.post("/conversations", data={"recipients[]": recipient, "body": body, **words})


def test_a_private_conversation_is_reused_and_the_new_subject_is_lost(api: httpx.Client, canvas: CanvasCampus) -> None:
    user = str(canvas.users["A00000001"])
    first = say(api, user, "one", subject="Drop deadline")
    assert first.status_code == 201
    second = say(api, user, "two", subject="Another subject").json()[0]
    assert second["id"] == first.json()[0]["id"]
    assert (second["subject"], second["message_count"], second["last_message"]) == ("Drop deadline", 2, "two")
    fresh = say(api, user, "three", subject="Forced", force_new="true").json()[0]
    assert fresh["subject"] == "Forced"


def test_a_repeated_message_is_sent_twice(api: httpx.Client, canvas: CanvasCampus) -> None:
    user = str(canvas.users["A00000001"])
    for _ in range(2):
        say(api, user, "same words")
    conversation = api.get(f"/conversations?filter[]=user_{user}").json()[0]
    bodies = [each["body"] for each in api.get(f"/conversations/{conversation['id']}").json()["messages"]]
    assert bodies == ["same words", "same words"]
    assert [write.key for write in canvas.state.writes if write.table == "message"] == [{"message": "A00000001"}] * 2


def test_a_course_is_written_to_person_by_person_or_as_a_group(api: httpx.Client) -> None:
    assert len(say(api, "course_1_teachers", "to the teacher").json()) == 1
    assert len(say(api, "course_1_students", "to each").json()) == 25
    [group] = say(api, "course_1", "to all", group_conversation="true").json()
    assert (len(group["audience"]), group["private"]) == (26, False)


def test_async_sending_answers_202_with_nothing(api: httpx.Client, canvas: CanvasCampus) -> None:
    answer = say(api, str(canvas.users["A00000001"]), "later", mode="async")
    assert (answer.status_code, answer.json()) == (202, [])
    assert "x-conversation-batch-id" in answer.headers


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"body": "x"}, "recipients"),
        ({"recipients[]": "3"}, "body"),
        ({"recipients[]": "zz", "body": "x"}, "recipients"),
    ],
)
def test_messages_that_are_refused(api: httpx.Client, words: dict[str, str], field: str) -> None:
    answer = api.post("/conversations", data=words)
    assert answer.status_code == 400
    assert answer.json()["errors"][field][0]["attribute"] == field
