"""Looks at real servers on loopback: what counts as there, as not there, and as not seen."""

from __future__ import annotations

import json
from ipaddress import ip_address

import dns.rcode
import pytest

from claims import proofs
from claims.proofs import Asked, Seen
from claims.tokens import challenge
from tests.claims.conftest import World

TOKEN = "unfragile-mfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dz"  # fixed: the workers of a run name tests by it
WELL_KNOWN = "https://maker.dev/.well-known/unfragile.json"
PAGE = "https://maker.dev/scribe"


def look(world: World, method: str, where: str = "maker.dev", **given: object) -> Seen:
    seen = proofs.look(method, Asked(where, TOKEN, **given), world.reach)  # type: ignore[arg-type]
    assert seen.code in proofs.SENTENCES, "whatever comes of a look, there is a sentence for it"
    return seen


def told(seen: Seen) -> tuple[str, str]:
    return str(seen.outcome), seen.code


def test_tokens_are_long_and_fit_into_a_record() -> None:
    found = {challenge() for _ in range(1_000)}
    assert len(found) == 1_000
    for token in found:
        assert token == token.lower()
        assert token.replace("-", "").isalnum()
        assert len(token.removeprefix("unfragile-")) * 5 >= 160


# --- DNS --------------------------------------------------------------------------------------------------------------


def test_a_record_that_both_resolvers_have_is_there(world: World) -> None:
    world.put_txt("maker.dev", "v=spf1 -all", TOKEN)
    seen = look(world, "dns")
    assert told(seen) == ("present", "there")
    assert seen.evidence["name"] == "_unfragile-challenge.maker.dev"


def test_strings_of_one_record_are_joined(world: World) -> None:
    for one in world.names:
        one.records["_unfragile-challenge.maker.dev"] = [[TOKEN[:20], TOKEN[20:]]]
    assert told(look(world, "dns")) == ("present", "there")


def test_what_only_one_resolver_has_is_not_known_yet(world: World) -> None:
    world.put_txt("maker.dev", TOKEN, at=(0,))
    assert told(look(world, "dns")) == ("unknown", "spreading")


@pytest.mark.parametrize(
    "text", [f"token={TOKEN}", f"{TOKEN} ", f" {TOKEN}", TOKEN.upper(), TOKEN[:-1], f"{TOKEN}x", ""]
)
def test_a_record_that_only_contains_it_is_not_there(world: World, text: str) -> None:
    world.put_txt("maker.dev", text)
    assert look(world, "dns").outcome == "absent"


def test_a_name_without_records_is_absent_and_a_failing_server_is_unknown(world: World) -> None:
    assert told(look(world, "dns")) == ("absent", "missing")
    world.names[1].rcode = dns.rcode.SERVFAIL
    assert look(world, "dns").outcome == "unknown"


def test_the_record_of_the_host_itself_or_of_one_above_is_another(world: World) -> None:
    for one in world.names:
        one.records["maker.dev"] = [[TOKEN]]
        one.records["_unfragile-challenge.dev"] = [[TOKEN]]
    assert look(world, "dns").outcome == "absent"


def test_many_records_come_over_tcp_and_too_many_are_refused(world: World) -> None:
    world.put_txt("maker.dev", *(f"{n:040d}" for n in range(60)), TOKEN)
    assert told(look(world, "dns")) == ("present", "there")
    world.put_txt("maker.dev", *(f"{n:040d}" for n in range(80)), TOKEN)
    assert told(look(world, "dns")) == ("unknown", "too_large")


# --- a file on the website --------------------------------------------------------------------------------------------


def test_the_file_holds_the_token_among_others(world: World) -> None:
    world.say(WELL_KNOWN, {"unfragile-challenges": ["another", TOKEN]})
    seen = look(world, "well_known")
    assert told(seen) == ("present", "there")
    assert seen.evidence["status"] == 200
    assert seen.evidence["address"] == "127.0.0.1"
    assert len(seen.evidence["sha256"]) == 64


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"unfragile-challenges": TOKEN}), json.dumps({"unfragile-challenges": [f"{TOKEN} "]}),
        json.dumps({"other": [TOKEN]}), json.dumps([TOKEN]), TOKEN, f"<!-- {TOKEN} -->", "", "{", "[" * 100_00,
        json.dumps({"unfragile-challenges": [[TOKEN]]}), json.dumps({"unfragile-challenges": {TOKEN: 1}}), "null",
    ],
)  # fmt: skip
def test_a_token_anywhere_else_in_the_file_is_not_there(world: World, body: str) -> None:
    world.say(WELL_KNOWN, body)
    assert look(world, "well_known").outcome == "absent"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(404, "absent"), (410, "absent"), (403, "unknown"), (429, "unknown"), (500, "unknown"), (503, "unknown")],
)
def test_a_page_that_is_not_the_file_is_never_present(world: World, status: int, outcome: str) -> None:
    world.say(WELL_KNOWN, {"unfragile-challenges": [TOKEN]}, status=status)
    assert look(world, "well_known").outcome == outcome


def test_nobody_is_followed_elsewhere(world: World) -> None:
    world.say("https://www.maker.dev/.well-known/unfragile.json", {"unfragile-challenges": [TOKEN]})
    world.say(WELL_KNOWN, "https://www.maker.dev/.well-known/unfragile.json", status=302)
    assert told(look(world, "well_known")) == ("unknown", "redirect")


def test_a_file_of_many_kilobytes_is_refused(world: World) -> None:
    world.say(WELL_KNOWN, {"unfragile-challenges": [TOKEN], "more": "x" * 20_000})
    assert told(look(world, "well_known")) == ("unknown", "too_large")


def test_no_server_and_a_blocked_address_say_the_same(world: World) -> None:
    refused = look(world, "well_known", "registry.dev")
    world.loopback.answers["maker.dev"] = [ip_address("169.254.169.254")]
    blocked = look(world, "well_known")
    assert told(refused) == told(blocked) == ("unknown", "unreachable")
    assert blocked.evidence == refused.evidence == {}


# --- a tag in the head ------------------------------------------------------------------------------------------------

TAG = f'<meta name="unfragile-challenge" content="{TOKEN}">'


@pytest.mark.parametrize(
    "page",
    [
        f"<!doctype html><html><head><title>a</title>{TAG}</head><body></body></html>",
        f"<HTML><HEAD><META CONTENT='{TOKEN}' NAME='Unfragile-Challenge'></HEAD>",
        f"<head><script>if (a < b) {{ '<body>' }}</script><style>a > b {{}}</style>{TAG}",
        f"{TAG}<p>no head of its own</p>",
    ],
)
def test_a_tag_in_the_head_is_there(world: World, page: str) -> None:
    world.say(PAGE, page)
    assert told(look(world, "meta", PAGE)) == ("present", "there")


@pytest.mark.parametrize(
    "page",
    [
        f"<html><head></head><body>{TAG}</body></html>",
        f"<html><head><!-- {TAG} --></head></html>",
        f"<html><head><title>{TAG}</title></head></html>",
        f"<html><head><script>'{TAG}'</script></head></html>",
        f"<html><head><noscript>{TAG}</noscript></head></html>",
        f"<html><head><template>{TAG}</template></head></html>",
        f"<html><p>a comment by a reader {TAG}</p></html>",
        f"words first {TAG}",
        f'<head><meta name="unfragile-challenge" content="{TOKEN} "></head>',
        f'<head><meta name="unfragile-challenge" content="x{TOKEN}"></head>',
        f'<head><meta name="description" content="{TOKEN}"></head>',
        f'<head><meta name="description" name="unfragile-challenge" content="{TOKEN}"></head>',
        f"<html><head><div>{TAG}</div></head></html>",
        TOKEN,
        "",
    ],
)
def test_a_tag_anywhere_else_is_not_there(world: World, page: str) -> None:
    world.say(PAGE, page)
    assert look(world, "meta", PAGE).outcome == "absent"


def test_a_404_that_echoes_the_tag_is_absent(world: World) -> None:
    world.say(PAGE, f"<head>{TAG}</head>", status=404)
    assert told(look(world, "meta", PAGE)) == ("absent", "no_page")


# --- a file in the repository -----------------------------------------------------------------------------------------


def repository(world: World, **ids: str) -> Seen:
    return look(world, "repository", "github.com/maker/scribe", ids=ids)


def test_a_line_of_the_file_on_the_default_branch_is_there(world: World) -> None:
    world.put_repository("maker/scribe", default_branch="trunk")
    world.put_file("maker/scribe", f"another\n{TOKEN}\n", branch="trunk")
    seen = repository(world)
    assert told(seen) == ("present", "there")
    assert seen.ids == {"repository": "1", "owner": "7"}


def test_another_branch_and_a_line_that_only_contains_it_are_not(world: World) -> None:
    world.put_repository("maker/scribe")
    world.put_file("maker/scribe", TOKEN, branch="wish")
    assert told(repository(world)) == ("absent", "no_page")
    world.put_file("maker/scribe", f"token: {TOKEN}")
    assert told(repository(world)) == ("absent", "missing")


@pytest.mark.parametrize(("said", "code"), [({"fork": True}, "fork"), ({"private": True}, "private")])
def test_a_fork_proves_nothing(world: World, said: dict[str, object], code: str) -> None:
    world.put_repository("maker/scribe", **said)
    world.put_file("maker/scribe", TOKEN)
    assert told(repository(world)) == ("absent", code)


def test_a_rename_with_the_same_ids_loses_nothing(world: World) -> None:
    world.put_repository("maker/writer")
    world.put_file("maker/writer", TOKEN)
    world.say("https://api.github.com/repos/maker/scribe", "https://api.github.com/repositories/1", status=301)
    assert told(repository(world, repository="1", owner="7")) == ("present", "there")
    del world.pages["https://api.github.com/repos/maker/scribe"]
    assert told(repository(world, repository="1", owner="7")) == ("present", "there")


@pytest.mark.parametrize("ids", [{"key": 2}, {"owner": 8}])
def test_the_same_name_with_other_ids_is_another_thing(world: World, ids: dict[str, int]) -> None:
    world.put_repository("maker/scribe", **ids)
    world.put_file("maker/scribe", TOKEN)
    assert told(repository(world, repository="1", owner="7")) == ("mismatch", "renamed")


def test_a_first_proof_is_never_taken_from_where_a_name_was_moved_to(world: World) -> None:
    world.put_repository("thief/scribe")
    world.put_file("thief/scribe", TOKEN)
    world.say("https://api.github.com/repos/maker/scribe", "https://api.github.com/repositories/1", status=301)
    assert told(repository(world)) == ("unknown", "redirect")


@pytest.mark.parametrize("said", ["[]", "{}", "null", "not json", '{"id": 1}'])
def test_a_forge_that_says_nonsense_is_unknown(world: World, said: str) -> None:
    world.say("https://api.github.com/repos/maker/scribe", said)
    assert repository(world).outcome == "unknown"


def test_the_hub_and_gitlab_say_whose_a_repository_is_too(world: World) -> None:
    world.say("https://huggingface.co/api/datasets/maker/corpus", {"_id": "abc", "id": "datasets/maker/corpus"})
    world.say("https://huggingface.co/datasets/maker/corpus/raw/main/.unfragile-challenge", TOKEN)
    assert told(look(world, "repository", "huggingface.co/datasets/maker/corpus")) == ("present", "there")
    world.say(
        "https://gitlab.com/api/v4/projects/group%2Fscribe",
        {"id": 3, "namespace": {"id": 4}, "path_with_namespace": "group/scribe", "default_branch": "main"},
    )
    world.say("https://gitlab.com/group/scribe/-/raw/main/.unfragile-challenge", f"{TOKEN}\n")
    assert told(look(world, "repository", "gitlab.com/group/scribe")) == ("present", "there")


# --- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["dns", "well_known", "meta", "repository"])
def test_instructions_hold_the_token_and_are_what_is_looked_for(world: World, method: str) -> None:
    where = {"meta": PAGE, "repository": "github.com/maker/scribe"}.get(method, "maker.dev")
    given = proofs.instructions_for(method, Asked(where, TOKEN))
    copies = dict(given.copies)
    if method == "dns":
        for one in world.names:
            one.records[copies["Name"]] = [[copies["Value"]]]
    elif method == "well_known":
        world.say(copies["Address"], copies["Content"])
    elif method == "meta":
        world.say(where, f"<html><head>{copies['Tag']}</head></html>")
    else:
        world.put_repository("maker/scribe")
        world.say(f"https://raw.githubusercontent.com/maker/scribe/main/{copies['File']}", copies["Content"])
    assert told(look(world, method, where)) == ("present", "there")
