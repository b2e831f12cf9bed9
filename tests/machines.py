"""A machine at the door: asks the API with its token, and holds every answer against the description."""

from app.domain import scanners
from app.web.api.describing import description
from tests.contract import faults, schema_of

BASE = "/api/v1"
DOCUMENT = description("http://127.0.0.1:8000")


class Machine:
    """token None: it has none. `said`: the answer's JSON; `code`: the refusal's code."""

    def __init__(self, app, token):
        self.client = app.test_client()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, verb, path, rule, *, headers=(), **sent):
        """The reply to a request of a described path."""
        told = self.headers | dict(headers)
        reply = self.client.open(BASE + path, method=verb, headers=told, **sent)
        assert reply.mimetype == "application/json", reply.data
        wrong = faults(reply.json, schema_of(DOCUMENT, rule, verb, reply.status_code), DOCUMENT)
        assert not wrong, (verb, path, reply.status_code, wrong)
        assert "Set-Cookie" not in reply.headers
        assert "Access-Control-Allow-Origin" not in reply.headers
        return reply

    def get(self, code, what="", **asked):
        rule = "/events/{code}" + (f"/{what}" if what else "")
        return self.ask("GET", f"/events/{code}" + (f"/{what}" if what else ""), rule, query_string=asked)  # fmt: skip

    def check_in(self, code, headers=(), **body):
        return self.ask("POST", f"/events/{code}/checkins", "/events/{code}/checkins", json=body,
                        headers=headers)  # fmt: skip

    def annul(self, code, checkin, **body):
        rule = "/events/{code}/checkins/{checkin}/annulment"
        return self.ask("POST", f"/events/{code}/checkins/{checkin}/annulment", rule, json=body)


def machine(app, staff, *, desk=None, days=7) -> Machine:
    """A machine with a token of this account, or of a desk."""
    return Machine(app, scanners.make_scanner("闸机", by=staff, days=days, desk=desk)[1])


def refused(reply):
    """(status, code) of a refusal."""
    return reply.status_code, reply.json["error"]["code"]
