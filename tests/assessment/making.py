"""A small questionnaire, written for a test."""

from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("fi", "sv", "en")


def words(said: str) -> dict[str, str]:
    return {language: f"{said} {language}" for language in LANGUAGES}


def several(*said: str) -> dict[str, list[str]]:
    return {language: [f"{one} {language}" for one in said] for language in LANGUAGES}


def question(key: str, number: str, **more: Any) -> dict[str, Any]:
    name = key.rpartition(".")[2]
    return {
        "key": key,
        "number": number,
        "obligation": "must",
        "weight": 3,
        "effort": {"size": "S", "hours": [1, 2]},
        "target": 3,
        "role": "ceo",
        "depth": "core",
        "stopper": False,
        "can_be_inapplicable": True,
        "review_months": 12,
        "evidence": "nice",
        "refs": ["gdpr:12:3"],
        "text": words(f"Is {name} done?"),
        "why": words("Because."),
        "guidance": words("So."),
        "levels": several("no", "little", "partly", "in use", "assured"),
        "evidence_examples": several("paper"),
        "action": {
            "key": f"do_{key.replace('.', '_')}",
            "when_level_at_most": 2,
            "days": 14,
            "role": "ceo",
            "title": words("Do it"),
            "steps": several("begin", "end"),
            "done_when": words("It is done."),
        },
        **more,
    }


def section(key: str, number: int, questions: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "section": key,
        "number": number,
        "title": words(key),
        "intro": words(f"About {key}."),
        "questions": questions,
        **more,
    }


def laws() -> dict[str, Any]:
    return {
        "acts": [
            {
                "key": "gdpr",
                "name": words("General Data Protection Regulation"),
                "short": words("GDPR"),
                "unit": "article",
                "url": words("https://law.example"),
                "provisions": ["12", "12:3"],
            }
        ]
    }


def profile() -> dict[str, Any]:
    def choice(key: str, sets: list[str], leaves_open: list[str]) -> dict[str, Any]:
        return {"key": key, "text": words(key), "sets": sets, "leaves_open": leaves_open}

    return {
        "questions": [
            {
                "key": "profile.site",
                "number": "P1",
                "kind": "one",
                "text": words("Is there a site?"),
                "why": words("Cookies."),
                "choices": [
                    choice("yes", ["has_site"], []),
                    choice("no", [], []),
                    choice("unknown", [], ["has_site"]),
                ],
            }
        ]
    }


def files(*sections: dict[str, Any]) -> dict[str, Any]:
    """The files of a version, by name."""
    return {
        "constants.yaml": {"answer_months": 1},
        "changes.yaml": words("The first version."),
        "laws.yaml": laws(),
        "profile.yaml": profile(),
        **{f"{one['number']:02}_{one['section']}.yaml": one for one in sections},
    }


def write(folder: Path, content: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, said in content.items():
        text = said if isinstance(said, str) else yaml.safe_dump(said, allow_unicode=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder
