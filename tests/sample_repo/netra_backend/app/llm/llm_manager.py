"""Access to language models."""


class LLMManager:
    """Answers prompts. Without a provider it repeats the prompt, which is enough for a dry run."""

    def __init__(self, model: str = "echo") -> None:
        self.model = model
        self.prompts: list[str] = []

    async def ask(self, prompt: str) -> str:
        self.prompts.append(prompt)
        return f"{self.model}: {prompt}"
