"""What each of the 19 kinds of artifact is: its plural, its address, and the sentence that introduces it.

Which facts a kind has stands in `factsheet.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog.choices import Kind


@dataclass(frozen=True)
class KindSpec:
    kind: Kind
    plural: str
    sentence: str

    @property
    def label(self) -> str:
        return str(self.kind.label)

    @property
    def plural_within(self) -> str:
        """The plural inside a sentence; what is written in capitals stays so."""
        return self.plural if self.plural[:2].isupper() else self.plural[0].lower() + self.plural[1:]


KINDS: dict[str, KindSpec] = {
    spec.kind.value: spec
    for spec in (
        KindSpec(Kind.MODEL, "Models", "Trained weights, open or behind an API, that one calls with an input."),
        KindSpec(
            Kind.FINETUNE, "Fine-tunes", "Models trained further from another: instruction-tuned, distilled, merged."
        ),
        KindSpec(Kind.DATASET, "Datasets", "Collections of examples to train on, search in or measure with."),
        KindSpec(Kind.BENCHMARK, "Benchmarks", "Tasks with an agreed way of keeping score."),
        KindSpec(Kind.MCP, "MCP servers", "Servers that lend an agent tools, by the Model Context Protocol."),
        KindSpec(Kind.AGENT, "Agents", "Programs that plan, call tools and carry a task to its end."),
        KindSpec(Kind.FRAMEWORK, "Frameworks", "Libraries that other programs are built on."),
        KindSpec(Kind.CLI, "Command-line tools", "Programs one runs in a terminal."),
        KindSpec(Kind.EXTENSION, "Extensions", "Parts that live inside an editor, a browser or another program."),
        KindSpec(Kind.APP, "Apps", "Programs one installs and opens."),
        KindSpec(Kind.WEBAPP, "Web apps", "Programs one opens in a browser, hosted or one's own."),
        KindSpec(Kind.API, "APIs", "Services that programs call over the network."),
        KindSpec(Kind.PLATFORM, "Platforms", "Places where models, data and programs are kept, found and run."),
        KindSpec(Kind.PRODUCT, "Products", "Finished offers with a name, a maker and a price."),
        KindSpec(Kind.REPO, "Repositories", "Collections of code, guides or lists that one reads and copies from."),
        KindSpec(Kind.SKILL, "Skills", "Instructions and scripts that teach an agent one job."),
        KindSpec(Kind.PROMPT, "Prompts", "Texts that steer a model."),
        KindSpec(Kind.TEMPLATE, "Templates", "Starting points that one copies and fills in."),
        KindSpec(Kind.WORKFLOW, "Workflows", "Chains of steps, ready to run."),
    )
}
