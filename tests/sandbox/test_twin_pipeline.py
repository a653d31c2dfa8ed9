"""The pipeline: what was built and where it runs, in GitLab's words."""

from typing import Any

import pytest

from sandbox.running import Sandbox
from tests.sandbox.ear import control
from tests.sandbox.twin_rest import Twin, twin

PAYMENTS = "projects/yard%2Fpayments"


@pytest.fixture
def gitlab(sandbox: Sandbox) -> Twin:
    return twin(sandbox, "pipeline", "/api/v4/")


def test_a_project_is_known_by_number_and_by_path(gitlab: Twin) -> None:
    assert gitlab("GET", "projects/41").json() == gitlab("GET", PAYMENTS).json()
    assert [one["name"] for one in gitlab("GET", "projects?search=SHOP").json()] == ["web-shop"]
    refused = gitlab("GET", "projects/yard%2Fnothing")
    assert (refused.status_code, refused.json()) == (404, {"message": "404 Project Not Found"})


def test_a_token_goes_in_gitlabs_own_header_too(sandbox: Sandbox) -> None:
    call = twin(sandbox, "pipeline", "/api/v4/", None)
    assert call("GET", "projects", headers={"PRIVATE-TOKEN": "sandbox"}).status_code == 200


def test_a_failed_build_says_which_job_failed(gitlab: Twin) -> None:
    (failed,) = gitlab("GET", f"{PAYMENTS}/pipelines?status=failed").json()
    jobs = gitlab("GET", f"{PAYMENTS}/pipelines/{failed['id']}/jobs").json()
    assert [(job["name"], job["status"]) for job in jobs] == [
        ("build", "success"),
        ("unit", "failed"),
        ("deploy", "skipped"),
    ]
    assert gitlab("GET", f"projects/42/pipelines/{failed['id']}").status_code == 404


def test_the_newest_build_comes_first_and_pages_are_told_in_headers(sandbox: Sandbox, gitlab: Twin) -> None:
    made = control(sandbox, "POST", "pipeline/build", {"project": "yard/payments", "sha": "0123456789"})
    page = gitlab("GET", f"{PAYMENTS}/pipelines?per_page=2")
    assert (page.json()[0]["id"], page.json()[0]["status"]) == (made["id"], "success")
    assert [page.headers[name] for name in ("X-Total", "X-Total-Pages", "X-Next-Page")] == ["3", "2", "2"]
    assert len(gitlab("GET", f"{PAYMENTS}/pipelines?per_page=2&page=2").json()) == 1


def test_a_build_is_retried_and_cancelled(sandbox: Sandbox, gitlab: Twin) -> None:
    (failed,) = gitlab("GET", f"{PAYMENTS}/pipelines?status=failed").json()
    place = f"{PAYMENTS}/pipelines/{failed['id']}"
    assert gitlab("POST", f"{place}/retry").json()["status"] == "running"
    assert gitlab("POST", f"{place}/cancel").json()["status"] == "canceled"
    started = gitlab("POST", f"{PAYMENTS}/pipeline", json={"ref": "main"}).json()
    assert (started["status"], started["sha"]) == ("running", failed["sha"])
    kinds = [effect["kind"] for effect in control(sandbox, "GET", "effects")]
    assert kinds == ["pipeline.retried", "pipeline.canceled", "pipeline.created"]


def test_an_environment_shows_what_succeeded_last(gitlab: Twin) -> None:
    new = {"environment": "production", "ref": "main", "sha": "7be2d41c05", "status": "running"}
    one = gitlab("POST", f"{PAYMENTS}/deployments", json=new).json()

    def running() -> str:
        told = {e["name"]: e for e in gitlab("GET", f"{PAYMENTS}/environments").json()}
        return str(told["production"]["last_deployment"]["sha"])

    before = running()
    gitlab("PUT", f"{PAYMENTS}/deployments/{one['id']}", json={"status": "success"})
    assert (before, running()) == ("1f0c3a9b7d", "7be2d41c05")
    newest = gitlab("GET", f"{PAYMENTS}/deployments?environment=production&sort=desc").json()[0]
    assert newest == gitlab("GET", f"{PAYMENTS}/deployments/{one['id']}").json()
    assert gitlab("PUT", f"{PAYMENTS}/deployments/{one['id']}", json={"status": "failed"}).status_code == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("pipeline", {"ref": "nowhere"}),
        ("pipeline", {}),
        ("deployments", {"environment": "x", "ref": "main", "sha": "no hex"}),
        ("deployments", {"environment": "x", "ref": "main", "sha": "0123456", "status": "odd"}),
    ],
)
def test_what_cannot_be_run_is_refused(gitlab: Twin, path: str, body: dict[str, Any]) -> None:
    assert gitlab("POST", f"{PAYMENTS}/{path}", json=body).status_code == 400


def test_the_control_api_builds_only_what_is_known(sandbox: Sandbox) -> None:
    for asked in ({"project": "no", "sha": "0123456"}, {"project": "41", "sha": "0123456", "status": "odd"}, {}):
        assert control(sandbox, "POST", "pipeline/build", asked)["ok"] is False
