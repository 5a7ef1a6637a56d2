"""What the catalogs of models have in common: types of data, and which model a provider's row is an offer of.

Pure. Names alone join too much, and ids alone too little: the same words in the same order, under the same maker,
without the route that a provider puts before them, are one model. A name under somebody's own is that somebody's:
a fine-tune often bears the name of what it was made from.
"""

from __future__ import annotations

import re
from typing import Any

from catalog.choices import DataType

#: What catalogs call what goes in and comes out.
_TYPES = {
    "text": DataType.TEXT, "image": DataType.IMAGE, "audio": DataType.AUDIO, "video": DataType.VIDEO,
    "pdf": DataType.DOCUMENT, "file": DataType.DOCUMENT, "embeddings": DataType.EMBEDDING,
    "embedding": DataType.EMBEDDING, "code": DataType.CODE,
}  # fmt: skip
#: Who makes models under ids of its own, and under what name others sell them.
MAKERS = {
    "anthropic": "Anthropic", "openai": "OpenAI", "google": "Google", "mistral": "Mistral AI", "deepseek": "DeepSeek",
    "xai": "xAI", "cohere": "Cohere", "alibaba": "Alibaba", "moonshotai": "Moonshot AI", "zai": "Z.AI",
    "minimax": "MiniMax", "xiaomi": "Xiaomi", "meta": "Meta", "nvidia": "NVIDIA", "amazon": "Amazon",
    "microsoft": "Microsoft", "stepfun": "StepFun", "inception": "Inception", "upstage": "Upstage",
    "perplexity": "Perplexity", "ai21": "AI21 Labs", "ibm": "IBM", "tencent": "Tencent", "bytedance": "ByteDance",
    "voyage": "Voyage AI",
}  # fmt: skip
#: Other spellings of a maker before a model's name.
_ALSO = {
    "mistralai": "mistral", "x-ai": "xai", "qwen": "alibaba", "z-ai": "zai", "zai-org": "zai", "thudm": "zai",
    "deepseek-ai": "deepseek", "meta-llama": "meta", "moonshot": "moonshotai", "minimaxai": "minimax",
    "coherelabs": "cohere", "cohereforai": "cohere", "ibm-granite": "ibm", "gemini": "google",
    "google-deepmind": "google", "amazon-nova": "amazon", "xiaomimimo": "xiaomi", "ai21labs": "ai21",
    "stepfun-ai": "stepfun", "bytedance-seed": "bytedance", "dashscope": "alibaba", "kimi": "moonshotai",
    "mistral-ai": "mistral", "zhipuai": "zai", "ai21-labs": "ai21", "grok": "xai", "replicateopenai": "openai",
}  # fmt: skip
#: The makers whose names their models bear: “claude-…” is nobody else's.
_FAMILIES = (
    ("claude", "anthropic"), ("gpt-", "openai"), ("o1", "openai"), ("o3", "openai"), ("o4-", "openai"),
    ("chatgpt", "openai"), ("gemini", "google"), ("gemma", "google"), ("mistral", "mistral"), ("mixtral", "mistral"),
    ("ministral", "mistral"), ("codestral", "mistral"), ("devstral", "mistral"), ("magistral", "mistral"),
    ("pixtral", "mistral"), ("deepseek", "deepseek"), ("grok", "xai"), ("command-", "cohere"), ("qwen", "alibaba"),
    ("qwq", "alibaba"), ("kimi", "moonshotai"), ("glm-", "zai"), ("minimax", "minimax"), ("mimo", "xiaomi"),
    ("llama", "meta"), ("nova-", "amazon"), ("phi-", "microsoft"), ("jamba", "ai21"), ("nemotron", "nvidia"),
    ("voxtral", "mistral"), ("qvq", "alibaba"), ("sonar", "perplexity"), ("whisper-", "openai"), ("dall-e-", "openai"),
    ("text-embedding-3-", "openai"), ("text-embedding-ada-", "openai"), ("imagen-", "google"), ("veo-", "google"),
    ("doubao-", "bytedance"), ("voyage-", "voyage"),
)  # fmt: skip
#: What stands before a model's name and says where it is served, not whose it is: shelves, hosts and their accounts,
#: and those who pass weights on as they are.
_PLACES = {
    "models", "accounts", "fireworks", "fireworks-ai", "routers", "route", "openrouter", "tee", "pro", "unsloth",
    "novita", "cerebras", "siliconflow", "empiriolabs", "public", "chutesai", "baseten", "cortecs", "neuralmagic",
    "azure", "global-standard", "vertex_ai", "invoke", "fal-ai", "groq", "vercel", "cf", "hf", "workers-ai",
}  # fmt: skip
#: Regions, clouds and routes that providers put before or behind a model's own id; “-hf” is a format of weights.
_ROUTE = re.compile(
    r"^(?:(?:us|eu|apac|global|jp|au|ap|ca|us-gov)\.)?(?:(anthropic|amazon|meta|mistral|cohere|deepseek|qwen|google|openai|ai21|zai|moonshotai|moonshot|minimax|nvidia|writer)\.)?"
)
_TAIL = re.compile(r"(?:-v\d+:\d+|:\d+k?|@default|-maas|:latest|:free|-free|-hf)$")


def data_types(value: Any) -> list[str] | None:
    """Our names for them, in order; None where nothing is said."""
    if not isinstance(value, list):
        return None
    found = [_TYPES[word] for word in map(str, value) if word in _TYPES]
    return [str(one) for one in dict.fromkeys(found)] or None


def model_key(provider: str, model: str) -> str:
    """`maker/name` in small letters where somebody is named, or known by the name; else `provider:name`."""
    path = [part.strip("-@~").removeprefix("hf:") for part in model.lower().split("/")]
    path = [part for part in path if part]
    name, before = (path[-1], path[:-1]) if path else ("", [])
    route = _ROUTE.match(name)
    told = ""
    if route and route.group(0) and route.end() < len(name):
        told, name = route.group(1) or "", name[route.end() :]
    name = re.sub(r"-{2,}", "-", re.sub(r"[()]", "", _TAIL.sub("", name).replace("_", "-").replace("+", "-plus")))
    name = re.sub(r"@(\d{8})$", r"-\1", name)
    maker = maker_of(told) or next((found for part in reversed(before) if (found := maker_of(part))), "")
    author = before[-1] if before and not _is_place(before[-1], provider) else ""
    if not maker and author:
        return f"{author}/{_plain(name)}"
    maker = maker or (maker_of(provider) if not before else "") or _family(name) or _told_by(name)
    return f"{maker}/{_plain(_without(maker, name))}" if maker else f"{provider}:{'/'.join([*before, name])}"


def is_joined(key: str) -> bool:
    """Whether other providers' rows have this key too: it says whose model it is."""
    return "/" in key and ":" not in key.partition("/")[0]


def _is_place(word: str, provider: str) -> bool:
    return word in _PLACES or word == provider.lower() or word.endswith("-commitment")


def _plain(name: str) -> str:
    """“4.5”, “4-5” and “4p5” are one number."""
    return re.sub(r"(?<=[0-9])[.p](?=[0-9])", "-", name)


def _without(maker: str, name: str) -> str:
    """“openai-gpt-5” and “gpt-5” are one; so are “llama3-8b”, “llama-v3-8b” and “llama-3-8b”."""
    for spelling in _spellings(maker):
        bare = name[len(spelling) + 1 :]
        if name.startswith((f"{spelling}-", f"{spelling}.")) and _family(bare) == maker:
            name = bare
            break
    return re.sub(r"^llama-?v?(?=[0-9])", "llama-", name)


def _spellings(maker: str) -> list[str]:
    """The longest first: of “zai-org-glm” the maker is “zai-org”, and no “org-glm” is left."""
    return sorted([maker, *(word for word, found in _ALSO.items() if found == maker)], key=len, reverse=True)


def _told_by(name: str) -> str:
    """The maker that a name begins with."""
    return next(
        (maker for maker in MAKERS for word in _spellings(maker) if name.startswith((f"{word}-", f"{word}."))), ""
    )


def maker_of(word: str) -> str:
    word = word.lower()
    found = _ALSO.get(word, word)
    return found if found in MAKERS else ""


def _family(name: str) -> str:
    return next((maker for start, maker in _FAMILIES if name.startswith(start)), "")
