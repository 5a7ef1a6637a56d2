"""Draws docs/screenshots/<page>-<wide|narrow>-<light|dark>.png: every page, on the demo catalog.

    python docs/screenshots/take.py            # all of them, as `make screenshots` does
    python docs/screenshots/take.py home kind  # only these pages

Nothing of a running site is touched: database and files live in a temporary folder. The day is always that of NOW, so
that the same catalog gives the same pictures. Needs the development requirements and a Chromium, as CHROMIUM names it.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import io
import logging
import os
import struct
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import time_machine
from numpy.typing import NDArray
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
NOW = dt.datetime(2026, 6, 1, 12, 0, tzinfo=dt.UTC)
WIDTHS = {"wide": 1280, "narrow": 390}  # px
MERGED = ("serve.local-inference", "serve.openai-compatible-api")  # some artifacts offer both
TALLEST = 2400  # px: more than anybody scrolls through in a picture
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none", "--force-color-profile=srgb"]

IMPORTED = ("admin-try", "admin-brake", "admin-undo", "admin-fall")  # see imports.py
#: Pages of which only one part is drawn.
PARTS = {"tie": ".tie-figure", "match-panel": "#matched"}
#: In the order of a reader's way through the site. The last three need something done first, see `prepared`.
PAGES = {
    "home": "/",
    "artifacts": "/artifacts/",
    "artifacts-filtered": "/artifacts/?kind=mcp&output=text",
    "artifact": "/artifacts/mixtral-8x22b/",
    "alternatives": "/artifacts/brave-search-mcp/alternatives/",
    "changes": "/artifacts/brave-search-mcp/changes/",
    "capabilities": "/capabilities/",
    "capability": "/capabilities/web-search/",
    "categories": "/categories/",
    "category": "/categories/text-models/",
    "kinds": "/kinds/",
    "kind": "/kinds/mcp/",
    "source": "",  # the first source of the artifact above
    "rank": "/artifacts/awesome-mcp-servers/rank/",
    "leaderboards": "/leaderboards/",
    "leaderboard": "/kinds/mcp/leaderboard/",
    "rising": "/rising/",
    "methodology": "/methodology/",
    "tie": "/methodology/",  # its picture alone
    "comparison": "/compare/deepseek-v3-2-vs-mimo-v2-flash/",
    "comparison-tie": "/compare/brave-search-mcp-vs-exa-mcp/",
    "comparison-unranked": "/compare/claude-sonnet-4-5-vs-gpt-5/?input_tokens=10000000&w_price=60",
    "comparison-of-four": "/compare/gemini-2-5-pro-vs-gpt-5-vs-mistral-small-3-1-24b-vs-mixtral-8x7b/",
    # The four comparisons of the founding documents.
    "comparison-founding-1": "/compare/mixtral-8x22b-instruct-vs-the-stack-v2/",
    "comparison-founding-2": "/compare/mixtral-8x7b-vs-the-stack-v2/",
    "comparison-founding-3": "/compare/mistral-small-3-1-24b-vs-the-stack-v2/",
    "comparison-founding-4": "/compare/mixtral-8x22b-vs-stable-diffusion-tutorials/",
    "comparison-picker": "/compare/?with=gpt-5&with=gemini-2-5-pro",
    "comparison-unknown": "/compare/gpt-5-vs-mixtrel-8x7b/",
    "search": "/search/?q=transcribe+a+podcast",
    "search-wishes": "/search/?q=free+MCP+server+for+reading+pdf",
    "search-nothing-fits": "/search/?q=bake+sourdough+bread",
    "search-suggestions": "/search/",  # while somebody types
    "chosen": "/search/chosen/?artifact=whisper-large-v3&token=none",
    "intents": "/intents/",
    "intent": "/intents/transcribe-a-podcast/",
    "wanted": "/wanted/",
    "match-panel": "/artifacts/whisper-large-v3/",  # its part of the match graph
    "api-docs": "/docs/api/",
    "not-found": "/artifacts/nothing-is-called-this/",
    "report": "/report/?about=/artifacts/mixtral-8x22b/&section=facts",
    "owner-claim": "/owner/claims/1/",
    "owner-numbers": "/owner/claims/1/numbers/",
    "owner-listing": "/owner/claims/1/listing/",
    "admin-desk": "/admin/",
    "admin-queue": "/admin/queue/reports/",
    "admin-offered": "/admin/queue/offered/",
    "admin-offered-many": "/admin/catalog/proposal/many/?at_least=60",
    "admin-artifacts": "/admin/catalog/artifact/",
    "admin-artifact": "",
    "admin-preview": "",
    "admin-history": "",
    "admin-dispute": "",
    "admin-pair": "",
    "admin-proposal": "",
    "admin-broken-link": "",
    "admin-conflict": "",  # what one editor gets who saves after another
    "admin-note": "",  # on a comparison, beside what that says
    "admin-vocabulary": "/admin/catalog/capability/tree/",
    "admin-merge": "",  # of two capabilities, with what moves
    "admin-search": "/admin/search/?q=mixtral",
    "admin-activity": "/admin/activity/",
    "admin-intents": "/admin/ranking/intent/",
    "admin-intent": "",
    "admin-unmet": "/admin/queue/unmet/",
    "admin-quarantine": "/admin/ranking/exclusion/set/",
    "admin-import": "/admin/catalog/artifact/import/",
    "admin-job": "",  # a change of many, before it is written
    "admin-sources": "/admin/catalog/importrule/",
    "admin-rule": "/admin/catalog/importrule/of/openrouter/",
    "admin-start": "/admin/catalog/importrun/start/?source=openrouter",
    "admin-try": "",  # of an import, with what would change
    "admin-brake": "",  # an import that waits for a word
    "admin-undo": "",  # of an import
    "admin-fall": "",  # a count that nobody believes yet
    "server-error": "/artifacts/mixtral-8x22b/",
    "withdrawn": "/artifacts/wider-face/",
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Draws docs/screenshots again.")
    parser.add_argument("pages", nargs="*", metavar="PAGE", help=f"Only these: {', '.join(PAGES)}.")
    chosen = parser.parse_args().pages or list(PAGES)
    if unknown := set(chosen) - set(PAGES):
        parser.error(f"there is no page {', '.join(sorted(unknown))}; there are {', '.join(PAGES)}")
    with (
        tempfile.TemporaryDirectory() as folder,
        time_machine.travel(NOW),
        site(Path(folder)) as address,
        window() as browser,
    ):
        total = sum(take(browser, address, name) for name in PAGES if name in chosen)
    sys.stdout.write(f"{len(chosen) * 4} pictures, {total / 1e6:.1f} MB, in {HERE}\n")


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """Starts the site on the demo catalog and yields its address."""
    os.environ |= {"VAR_DIR": str(folder), "UNFRAGILE_ENV": "test", "DJANGO_SETTINGS_MODULE": "unfragile_site.settings"}
    # Playwright's loop runs in this thread, and Django would take every query for one inside a coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    logging.disable()  # the page for a broken site is drawn by breaking it
    for name in ("DATABASE_URL", "REDIS_URL", "DEBUG", "SITE_URL"):
        os.environ.pop(name, None)
    sys.path.insert(0, str(HERE.parent.parent))
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.management import call_command
    from django.test.testcases import LiveServerThread

    from unfragile_site import demo_owner

    Path(settings.STATIC_ROOT).mkdir()  # empty: static files are served from where they lie
    call_command("migrate", verbosity=0)
    call_command("demo", stdout=io.StringIO())
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    settings.SITE_URL = address = f"http://127.0.0.1:{server.port}"
    settings.NETWORK_ENDPOINTS = [address]
    demo_owner.prove(now=dt.datetime.now(dt.UTC))
    try:
        yield address
    finally:
        server.terminate()


@contextmanager
def window() -> Iterator[Any]:
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


def take(browser: Any, address: str, name: str) -> int:
    """Draws one page four times. Returns the bytes written."""
    written = 0
    with prepared(name) as (path, cookies):
        for width_name, width in WIDTHS.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    base_url=address,
                    viewport={"width": width, "height": 800},
                    color_scheme=scheme,
                    reduced_motion="reduce",
                )
                context.add_cookies([{**cookie, "url": address} for cookie in cookies])
                page = context.new_page()
                page.goto(path)
                if name == "search-suggestions":
                    page.locator("main [data-suggest]").press_sequentially("tran")
                    page.get_by_role("option").first.wait_for()
                if name == "admin-conflict":
                    save_after_another(page)
                page.evaluate("document.fonts.ready")
                if part := PARTS.get(name):
                    drawn = page.locator(part).screenshot()
                else:
                    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
                    drawn = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})
                file = HERE / f"{name}-{width_name}-{scheme}.png"
                file.write_bytes(smaller(drawn, context))
                written += file.stat().st_size
                context.close()
    return written


@contextmanager
def prepared(name: str) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A page's address, and the cookies of whoever may see it."""
    from django.core.cache import cache

    from catalog.models import Artifact, Source
    from catalog.publishing import withdraw

    path, cookies = PAGES[name], []
    with ExitStack() as undone_afterwards:
        if name == "server-error":
            cache.clear()  # a kept page would hide it
            broken = mock.patch("catalog.views.artifacts.dossier_of", side_effect=RuntimeError("for the picture"))
            undone_afterwards.enter_context(broken)
        elif name == "source":
            source = Source.objects.filter(facts__artifact__slug="mixtral-8x22b").order_by("slug").first()
            path = source.get_absolute_url() if source else "/"
        elif name.startswith("owner-"):
            cookies = signed_in("owner")
        elif name.startswith("admin-"):
            cookies = signed_in("editor")
            path = path or place_at_the_desk(name)
        elif name == "withdrawn":
            withdraw(Artifact.objects.get(slug="wider-face"), reason="An example: withdrawn for this picture only.")
        yield path, cookies


def place_at_the_desk(name: str) -> str:
    """What has no address of its own until the catalog is there."""
    from catalog.models import Artifact, Capability, Pair, Proposal
    from ranking.models import ComparisonNote, Intent

    if name == "admin-intent":
        return f"/admin/ranking/intent/{Intent.objects.get(slug='transcribe-a-podcast').pk}/"
    if name == "admin-broken-link":
        return mistyped_link()
    if name == "admin-merge":
        pk = Capability.objects.get(key=MERGED[0]).pk
        return f"/admin/catalog/capability/{pk}/merge/?into={MERGED[1]}"
    if name == "admin-job":
        return checked_job()
    if name in IMPORTED:
        from imports import imported

        return imported()[name]
    if name == "admin-note":
        note = ComparisonNote.objects.get(is_featured=True, artifacts__slug="mixtral-8x7b")
        return f"/admin/ranking/comparisonnote/{note.pk}/change/"
    if name == "admin-pair":
        return f"/admin/catalog/pair/{Pair.objects.earliest('id').pk}/"
    if name == "admin-proposal":
        return f"/admin/catalog/proposal/{Proposal.objects.earliest('id').pk}/"
    slug = "llamafile" if name == "admin-history" else "mixtral-8x22b"
    part = {
        "admin-artifact": "change",
        "admin-conflict": "change",
        "admin-preview": "preview",
        "admin-history": "history",
    }
    pk = Artifact.objects.get(slug=slug).pk
    return f"/admin/catalog/artifact/{pk}/{part.get(name, 'dispute/context_window')}/"


def mistyped_link() -> str:
    """The page of a link that has lost a letter, in a description that readers see."""
    from django.utils import timezone

    from catalog.desk import links
    from catalog.models import Artifact, BrokenLink

    aside = "\n\nFor a daemon that keeps a library of models at hand, see [Ollama](/artifacts/ollma/), built on it."
    artifact = Artifact.objects.get(slug="llama-cpp")
    Artifact.objects.filter(pk=artifact.pk).update(description=artifact.description + aside)
    links.check(now=timezone.now())
    return f"/admin/catalog/broken-link/{BrokenLink.objects.get(url='/artifacts/ollma/').pk}/"


def save_after_another(page: Any) -> None:
    """Sends the open form while another editor's words stand there already. Nothing of it stays."""
    from catalog.models import Artifact

    artifact = Artifact.objects.filter(slug="mixtral-8x22b")
    was = artifact.get().tagline
    page.fill("#id_tagline", "Open-weight mixture of experts, 39B of its 141B parameters at work for each token")
    artifact.update(tagline="Mistral's larger open-weight mixture of experts, for work in five languages")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector(".desk-conflict")
    artifact.update(tagline=was)


def checked_job() -> str:
    """The page of a change of many that waits for its editor's word. Made once; nothing of it is ever written."""
    from django.contrib.auth import get_user_model

    from catalog.desk import jobs
    from catalog.desk.bulk import Wanted
    from catalog.models import Artifact, Category

    editor = get_user_model().objects.get(username="editor")
    ids = list(Artifact.objects.filter(kind__in=["app", "repo"]).order_by("slug").values_list("pk", flat=True))
    shelf = Category.objects.order_by("slug")[0].pk
    job = jobs.ask_edit(ids, Wanted("It runs in a browser.", (shelf,), kind="webapp", licence="MIT"), by=editor)
    jobs.run(job.pk)
    return job.get_absolute_url()


def signed_in(name: str) -> list[dict[str, str]]:
    """The session of the demo's editor, or of its owner."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    client.force_login(get_user_model().objects.get(username=name))
    return [{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}]


# --- smaller files: 256 colours are plenty for words on paper ---------------------------------------------------------


def smaller(png: bytes, context: Any) -> bytes:
    pixels = decoded(png, context)
    packed = pixels[..., 0].astype(np.uint32) << 16 | pixels[..., 1].astype(np.uint32) << 8 | pixels[..., 2]
    colours, places, counts = np.unique(packed, return_inverse=True, return_counts=True)
    kept = np.sort(np.argsort(-counts, kind="stable")[:256])
    palette = rgb(colours[kept])
    # Every colour goes to the nearest of those that are most used.
    nearest = np.argmin(((rgb(colours)[:, None, :] - palette[None]) ** 2).sum(axis=2), axis=1).astype(np.uint8)
    return min(indexed(nearest[places].reshape(packed.shape), palette.astype(np.uint8)), png, key=len)


def decoded(png: bytes, context: Any) -> NDArray[np.uint8]:
    """The browser's own decoder saves us an image library."""
    page = context.new_page()
    raw = page.evaluate(
        """async (data) => {
            const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
            const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
            const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
            canvas.drawImage(image, 0, 0);
            const drawn = canvas.getImageData(0, 0, image.width, image.height).data;
            let text = "";
            for (let i = 0; i < drawn.length; i += 32768) text += String.fromCharCode(...drawn.subarray(i, i + 32768));
            return [image.height, image.width, btoa(text)];
        }""",
        base64.b64encode(png).decode(),
    )
    page.close()
    height, width, data = raw
    return np.frombuffer(base64.b64decode(data), dtype=np.uint8).reshape(height, width, 4)[..., :3]


def rgb(packed: NDArray[np.uint32]) -> NDArray[np.int64]:
    return np.stack([packed >> 16 & 255, packed >> 8 & 255, packed & 255], axis=1).astype(np.int64)


def indexed(places: NDArray[np.uint8], palette: NDArray[np.uint8]) -> bytes:
    """A PNG with a palette. Its rows stay unfiltered, which suits palettes best."""
    height, width = places.shape
    rows = np.concatenate([np.zeros((height, 1), dtype=np.uint8), places], axis=1)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    body = zlib.compress(rows.tobytes(), 9)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            chunk(b"PLTE", palette.tobytes()),
            chunk(b"IDAT", body),
            chunk(b"IEND", b""),
        ]
    )


if __name__ == "__main__":
    main()
