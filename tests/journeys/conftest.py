"""The live site with the demo catalog, loaded once for all journeys, and a browser that notes whatever goes wrong.

The catalog is written outside of any test's transaction and is there until the last journey ends, so journeys run
together, after all other tests.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Error
from pytest_django.live_server_helper import LiveServer

from tests import auditing
from tests.patience import PATIENCE

HERE = Path(__file__).resolve().parent
#: A reader of the page that says how far things jumped about. Runs before anything of the page does.
WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
#: Every page of the site, as a reader comes by it; what it is called in reports and pictures -> its address.
PAGES = {
    "home": "/",
    "artifacts": "/artifacts/",
    "artifacts-filtered": "/artifacts/?kind=mcp&output=text&sort=name",
    "artifacts-nothing-found": "/artifacts/?kind=mcp&licence=copyleft&q=nothing",
    "artifacts-misunderstood": "/artifacts/?kind=modle&page=two",
    "artifact": "/artifacts/mixtral-8x22b/",
    "artifact-mcp": "/artifacts/brave-search-mcp/",
    "artifact-dataset": "/artifacts/the-stack-v2/",
    "alternatives": "/artifacts/brave-search-mcp/alternatives/",
    "changes": "/artifacts/mixtral-8x22b/changes/",
    "capabilities": "/capabilities/",
    "capability": "/capabilities/web-search/",
    "categories": "/categories/",
    "category": "/categories/{category}/",
    "kinds": "/kinds/",
    "kind": "/kinds/mcp/",
    "source": "/sources/{source}/",
    "rank": "/artifacts/{ranked}/rank/",
    "rank-not-yet": "/artifacts/{unranked}/rank/",
    "leaderboards": "/leaderboards/",
    "leaderboard": "/kinds/mcp/leaderboard/",
    "rising": "/rising/",
    "methodology": "/methodology/",
    "comparison": "/compare/brave-search-mcp-vs-exa-mcp/",
    "comparison-asked": "/compare/claude-sonnet-4-5-vs-gpt-5/?input_tokens=10000000&w_price=60&licence=permissive",
    "comparison-of-four": "/compare/gemini-2-5-pro-vs-gpt-5-vs-mistral-small-3-1-24b-vs-mixtral-8x7b/",
    "comparison-across-kinds": "/compare/mixtral-8x22b-vs-stable-diffusion-tutorials/",
    "comparison-picker": "/compare/?artifact=mixtrl&artifact=gpt-5",
    "comparison-unknown": "/compare/gpt-5-vs-mixtrel-8x7b/",
    "comparison-withdrawn": "/compare/gpt-5-vs-withdrawn-example/",
    "search": "/search/",
    "search-answered": "/search/?q=transcribe+a+podcast",
    "search-with-wishes": "/search/?q=free+MCP+server+for+reading+pdf&price=paid&without=weights:open",
    "search-nothing-fits": "/search/?q=bake+sourdough+bread",
    "chosen": "/search/chosen/?artifact=whisper-large-v3&token=none",
    "intents": "/intents/",
    "intent": "/intents/transcribe-a-podcast/",
    "wanted": "/wanted/",
    "report": "/report/?about=/artifacts/mixtral-8x22b/&section=facts",
    "api-docs": "/docs/api/",
    "withdrawn": "/artifacts/withdrawn-example/",
    "not-found": "/artifacts/nothing-is-called-this/",
}  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys last, in one run: the catalog they share is loaded once and is in nobody's way."""
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.django_db)  # which makes pytest-django set up a test database
    items.sort(key=lambda item: HERE in Path(item.path).parents)


@pytest.fixture(autouse=True)
def _django_db_marker() -> None:
    """In the place of pytest-django's: no transaction around a journey, since the server has to see its rows."""


@dataclass(frozen=True)
class Demo:
    url: str
    pages: dict[str, str]


@pytest.fixture(scope="package")
def demo(django_db_setup: None, django_db_blocker: Any, browser: Any) -> Iterator[Demo]:
    """The address of the running site, and of its pages. `browser` first: it says that queries are fine beside it."""
    from catalog.models import Artifact, Category, Source, Standing
    from tests.factories import make_artifact

    with django_db_blocker.unblock():
        name = str(connection.settings_dict["NAME"])
        assert "mode=memory" in name or name.startswith("test_"), f"{name} is no test database: it would be emptied"
        # Whatever other tests have left, in whichever table: the catalog of the journeys is the demo's alone.
        auditing.empty()
        call_command("flush", verbosity=0, interactive=False)
        call_command("demo", stdout=StringIO())
        make_artifact(
            slug="withdrawn-example",
            name="Withdrawn example",
            lifecycle="withdrawn",
            withdrawn_reason="It was an example.",
        )
        category = Category.objects.filter(artifacts__lifecycle="published").order_by("slug").first()
        source = (
            Source.objects.filter(facts__artifact=Artifact.objects.get(slug="mixtral-8x22b")).order_by("slug").first()
        )
        best = Standing.objects.select_related("artifact").order_by("-coverage", "artifact__slug").first()
        unranked = Artifact.objects.published().filter(standings=None).order_by("slug").first()
        assert category
        assert source
        assert best
        assert unranked
        shown = {"category": category, "source": source, "ranked": best.artifact, "unranked": unranked}
        known = {name: row.slug for name, row in shown.items()}
        pages = {name: address.format(**known) for name, address in PAGES.items()}
        server = LiveServer("127.0.0.1")
        yield Demo(server.url, pages)
        # A window's last requests may still be ending; they share the connection that stopping takes back.
        for thread in threading.enumerate():
            if "process_request_thread" in thread.name:
                thread.join(timeout=5)
        server.stop()
        auditing.empty()
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(autouse=True)
def ranks_stay(demo: Demo) -> Iterator[None]:
    """Whatever a journey does to the ranks it takes back: the next one may look for them."""
    yield
    from catalog.models import Standing
    from catalog.state import live_state

    assert Standing.objects.filter(generation=live_state().generation_id).exists(), "The demo has lost its ranks."


@dataclass
class Visit:
    """A page of the browser, and what it asked for and complained of."""

    page: Any
    site: str
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    #: A missing page is missing on purpose where a journey goes there.
    expects_errors: bool = False

    def goto(self, address: str) -> Any:
        response = self.page.goto(address)
        assert response
        return response

    @property
    def elsewhere(self) -> list[str]:
        return [url for url in self.asked if not url.startswith((self.site, "data:", "blob:"))]

    @property
    def path(self) -> str:
        return str(self.page.url).removeprefix(self.site)

    def focused(self, script: str) -> Any:
        """What the script says of the element that has the focus, `e`."""
        return self.page.evaluate(f"(() => {{ const e = document.activeElement; return {script}; }})()")

    def until(self, condition: str, seconds: float = PATIENCE) -> None:
        """Waits for an expression to hold. Playwright's own waiting evaluates text, which our policy refuses."""
        for _ in range(int(seconds / 0.05)):
            with suppress(Error):  # the page is just being left for another
                if self.page.evaluate(f"Boolean({condition})"):
                    return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{condition} did not come true within {seconds} seconds")

    def wait_for_focus(self, selector: str) -> None:
        """Waits for the page to have put the focus there. `autofocus` counts when the page is first drawn, which on a
        busy machine is after it has loaded: what is typed before goes nowhere."""
        self.until(f"document.activeElement.matches({selector!r})")

    def tab_to(self, selector: str, *, most: int = 80) -> None:
        """Presses Tab until the focus is on such an element, as somebody without a mouse does."""
        for _ in range(most):
            if self.focused(f"e.matches({selector!r})"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} cannot be reached by {most} presses of Tab")


Open = Callable[..., Visit]


@pytest.fixture
def visit(demo: Demo, browser: Any) -> Iterator[Open]:
    """Opens a fresh browser window; options are the browser context's. Complaints fail the test at its end."""
    visits: list[Visit] = []

    def opened(*, width: int = 1280, expects_errors: bool = False, **options: Any) -> Visit:
        # Without motion: colours half way between light and dark have no contrast to speak of.
        options = {"reduced_motion": "reduce", **options}
        context = browser.new_context(base_url=demo.url, viewport={"width": width, "height": 900}, **options)
        if options.get("java_script_enabled", True):
            context.add_init_script(WATCH_SHIFTS)
        context.set_default_timeout(PATIENCE * 1_000)
        page = context.new_page()
        visit = Visit(page, demo.url, expects_errors=expects_errors)
        visits.append(visit)

        def note(message: Any) -> None:
            if message.type in ("error", "warning"):
                visit.complaints.append(f"{message.text} {message.location.get('url', '')}")

        page.on("console", note)
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on("request", lambda request: visit.asked.append(request.url))
        return visit

    yield opened
    for visit in visits:
        visit.page.context.close()
    assert [c for v in visits if not v.expects_errors for c in v.complaints] == []
    assert [url for v in visits for url in v.elsewhere] == []


@pytest.fixture
def desk(visit: Open, demo: Demo) -> Any:
    """A window in which somebody with all rights has signed in."""
    User.objects.filter(username="sven").delete()
    User.objects.create_superuser("sven", password="stronger-through-disorder")
    window = visit()
    window.goto("/admin/login/?next=/admin/")
    window.page.fill("#id_login", "sven")
    window.page.fill("#id_password", "stronger-through-disorder")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector("#user-tools")
    yield window
    User.objects.filter(username="sven").delete()
