"""Tags of a hub object or of a card: names of tasks, which also say what goes in and what comes out, and plain words.

Pure. A task's words are looked up in the vocabulary like all others; the table only unfolds what the hub's names
abbreviate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.choices import DataType
from catalog.decompose.phrases import MAX_PHRASES, Form, Phrase

_T = DataType

#: The hub's names of tasks: the words they stand for, their inputs, their outputs.
TASKS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "text-generation": ("text generation", (_T.TEXT,), (_T.TEXT,)),
    "text2text-generation": ("text generation", (_T.TEXT,), (_T.TEXT,)),
    "conversational": ("conversation", (_T.TEXT,), (_T.TEXT,)),
    "chat": ("conversation", (_T.TEXT,), (_T.TEXT,)),
    "causal-lm": ("text generation", (_T.TEXT,), (_T.TEXT,)),
    "text-generation-inference": ("text generation", (_T.TEXT,), (_T.TEXT,)),
    "feature-extraction": ("text embedding", (_T.TEXT,), (_T.EMBEDDING,)),
    "sentence-transformers": ("text embedding", (_T.TEXT,), (_T.EMBEDDING,)),
    "text-embeddings-inference": ("text embedding", (_T.TEXT,), (_T.EMBEDDING,)),
    "vision-language": ("vision language model", (_T.IMAGE, _T.TEXT), (_T.TEXT,)),
    "summarization": ("summarization", (_T.TEXT,), (_T.TEXT,)),
    "translation": ("translation", (_T.TEXT,), (_T.TEXT,)),
    "fill-mask": ("fill-mask", (_T.TEXT,), (_T.TEXT,)),
    "text-classification": ("text classification", (_T.TEXT,), (_T.STRUCTURED,)),
    "token-classification": ("token classification", (_T.TEXT,), (_T.STRUCTURED,)),
    "question-answering": ("question answering", (_T.TEXT,), (_T.TEXT,)),
    "table-to-text": ("table to text", (_T.TABLE,), (_T.TEXT,)),
    "sentence-similarity": ("sentence similarity", (_T.TEXT,), (_T.STRUCTURED,)),
    "text-retrieval": ("passage retrieval", (_T.TEXT,), (_T.TEXT,)),
    "text-ranking": ("reranking", (_T.TEXT,), (_T.STRUCTURED,)),
    "text-to-image": ("text to image", (_T.TEXT,), (_T.IMAGE,)),
    "image-to-image": ("image to image", (_T.IMAGE,), (_T.IMAGE,)),
    "image-to-text": ("image to text", (_T.IMAGE,), (_T.TEXT,)),
    "image-text-to-text": ("vision language model", (_T.IMAGE, _T.TEXT), (_T.TEXT,)),
    "visual-question-answering": ("visual question answering", (_T.IMAGE, _T.TEXT), (_T.TEXT,)),
    "document-question-answering": ("chat with documents", (_T.DOCUMENT, _T.TEXT), (_T.TEXT,)),
    "image-classification": ("image classification", (_T.IMAGE,), (_T.STRUCTURED,)),
    "zero-shot-image-classification": ("zero-shot image classification", (_T.IMAGE, _T.TEXT), (_T.STRUCTURED,)),
    "image-segmentation": ("image segmentation", (_T.IMAGE,), (_T.IMAGE,)),
    "mask-generation": ("segmentation mask", (_T.IMAGE,), (_T.IMAGE,)),
    "object-detection": ("object detection", (_T.IMAGE,), (_T.STRUCTURED,)),
    "image-feature-extraction": ("image feature extraction", (_T.IMAGE,), (_T.EMBEDDING,)),
    "automatic-speech-recognition": ("automatic speech recognition", (_T.AUDIO,), (_T.TEXT,)),
    "text-to-speech": ("text to speech", (_T.TEXT,), (_T.AUDIO,)),
    "text-to-video": ("text to video", (_T.TEXT,), (_T.VIDEO,)),
    "image-to-video": ("image to video", (_T.IMAGE,), (_T.VIDEO,)),
    "video-text-to-text": ("video question answering", (_T.VIDEO, _T.TEXT), (_T.TEXT,)),
    "audio-text-to-text": ("audio question answering", (_T.AUDIO, _T.TEXT), (_T.TEXT,)),
}


def phrase_of_tag(tag: str, place: int, *, is_task: bool = False) -> Phrase | None:
    """None for what is no word: `license:mit`, `arxiv:…`, languages, sizes."""
    if ":" in tag or not 3 < len(tag) <= 80:
        return None
    words, inputs, outputs = TASKS.get(tag.casefold(), (tag.replace("-", " ").replace("_", " "), (), ()))
    known = is_task or tag.casefold() in TASKS
    return Phrase(
        Form.TASK if known else Form.TAG, words, tag, place, input_types=_plain(inputs), output_types=_plain(outputs)
    )


def _plain(types: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(one) for one in types)


def phrases_of_hub(data: Mapping[str, Any]) -> Iterator[Phrase]:
    """Of an object as the hub's API gives it. `dataset:x` and their like name something else, and are passed over."""
    task = data.get("pipeline_tag")
    if isinstance(task, str) and (phrase := phrase_of_tag(task, 0, is_task=True)):
        yield phrase
    tags = data.get("tags")
    for place, tag in enumerate(tags[:MAX_PHRASES] if isinstance(tags, list) else (), start=1):
        if isinstance(tag, str) and tag != task and (phrase := phrase_of_tag(tag, place)):
            yield phrase
