"""What the catalogs of models have in common: types of data, and which model a provider's row is an offer of.

Pure. Names alone join too much, and ids alone too little: the same words in the same order, without the route that a
provider puts before them and the dates of its own that it puts after, are one model.
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
}  # fmt: skip
#: Other spellings of a maker before a model's name.
_ALSO = {
    "mistralai": "mistral", "x-ai": "xai", "qwen": "alibaba", "z-ai": "zai", "zai-org": "zai", "thudm": "zai",
    "deepseek-ai": "deepseek", "meta-llama": "meta", "moonshot": "moonshotai", "minimaxai": "minimax",
    "coherelabs": "cohere", "cohereforai": "cohere", "ibm-granite": "ibm", "gemini": "google",
    "google-deepmind": "google", "amazon-nova": "amazon", "xiaomimimo": "xiaomi", "ai21labs": "ai21",
    "stepfun-ai": "stepfun", "bytedance-seed": "bytedance", "dashscope": "alibaba", "kimi": "moonshotai",
}  # fmt: skip
#: The makers whose names their models bear: “claude-…” is nobody else's.
_FAMILIES = (
    ("claude", "anthropic"), ("gpt-", "openai"), ("o1", "openai"), ("o3", "openai"), ("o4-", "openai"),
    ("chatgpt", "openai"), ("gemini", "google"), ("gemma", "google"), ("mistral", "mistral"), ("mixtral", "mistral"),
    ("ministral", "mistral"), ("codestral", "mistral"), ("devstral", "mistral"), ("magistral", "mistral"),
    ("pixtral", "mistral"), ("deepseek", "deepseek"), ("grok", "xai"), ("command-", "cohere"), ("qwen", "alibaba"),
    ("qwq", "alibaba"), ("kimi", "moonshotai"), ("glm-", "zai"), ("minimax", "minimax"), ("mimo", "xiaomi"),
    ("llama", "meta"), ("nova-", "amazon"), ("phi-", "microsoft"), ("jamba", "ai21"), ("nemotron", "nvidia"),
)  # fmt: skip
#: Regions, clouds and routes that providers put before or behind a model's own id.
_ROUTE = re.compile(
    r"^(?:(?:us|eu|apac|global|jp|au|ap|ca|us-gov)\.)?(?:(anthropic|amazon|meta|mistral|cohere|deepseek|qwen|google|openai|ai21|zai|moonshotai|moonshot|minimax|nvidia|writer)\.)?"
)
_TAIL = re.compile(r"(?:-v\d+:\d+|:\d+k?|@default|-maas|:latest|:free|-free)$")


def data_types(value: Any) -> list[str] | None:
    """Our names for them, in order; None where nothing is said."""
    if not isinstance(value, list):
        return None
    found = [_TYPES[word] for word in map(str, value) if word in _TYPES]
    return [str(one) for one in dict.fromkeys(found)] or None


def model_key(provider: str, model: str) -> str:
    """`maker/name` in small letters where the maker is known; else the provider's own: `provider:name`."""
    path = [part.strip("-") for part in model.lower().split("/") if part.strip("-@")]
    name, before = (path[-1], path[:-1]) if path else ("", [])
    route = _ROUTE.match(name)
    told = ""
    if route and route.group(0) and route.end() < len(name):
        told, name = route.group(1) or "", name[route.end() :]
    name = _TAIL.sub("", name).replace("_", "-")
    name = re.sub(r"@(\d{8})$", r"-\1", name)
    maker = maker_of(told) or next((found for part in reversed(before) if (found := maker_of(part))), "")
    maker = maker or (maker_of(provider) if not before else "") or _family(name)
    if maker:
        # “openai-gpt-5” and “gpt-5” are one; so are “4.5” and “4-5”.
        bare = re.sub(rf"^{re.escape(maker)}[-.]", "", name)
        name = bare if _family(bare) == maker else name
        return f"{maker}/{re.sub(r'(?<=[0-9])[.](?=[0-9])', '-', name)}"
    return f"{provider}:{'/'.join([*before, name])}"


def maker_of(word: str) -> str:
    word = word.lower()
    found = _ALSO.get(word, word)
    return found if found in MAKERS else ""


def _family(name: str) -> str:
    return next((maker for start, maker in _FAMILIES if name.startswith(start)), "")
