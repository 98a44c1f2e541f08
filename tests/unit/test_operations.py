"""docs/operations.md and docs/alerts.yml speak of what there is."""

import re

from web.config import ROOT

DOCS = ROOT / "docs"
OPERATIONS = (DOCS / "operations.md").read_text()
ALERTS = (DOCS / "alerts.yml").read_text()


def test_alerts_ask_for_series_that_are_documented() -> None:
    documents = (ROOT / "API.md", DOCS / "worker.md", ROOT / "queue/README.md")
    documented = {
        name
        for document in documents
        for name in re.findall(r"`(harmonizer_\w+)`", document.read_text())
    }
    asked = set(re.findall(r"\bharmonizer_\w+", ALERTS))
    assert asked
    assert asked <= documented


def test_every_alert_is_explained() -> None:
    alerts = re.findall(r"alert: (\w+)", ALERTS)
    assert alerts
    assert set(alerts) == set(re.findall(r"`(Harmonizer\w+)`", OPERATIONS))


def test_settings_exist() -> None:
    described = (DOCS / "settings.md").read_text()
    compose = (ROOT / "docker-compose.yml").read_text()
    for name in set(re.findall(r"HARMONIZER_[A-Z_]+", OPERATIONS + compose)):
        assert f"`{name}`" in described
