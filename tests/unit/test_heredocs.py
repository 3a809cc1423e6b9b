"""What a command writes into a file has the colours of what it is, and the text that is copied stays."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from markdown import Markdown

from guide.paths import MANIFESTS, SNIPPETS
from guide.site.heredocs import Body, bodies, coloured


def highlighted(source: str, language: str = "bash") -> str:
    """A text as the site's Markdown colours it."""
    return Markdown(extensions=["pymdownx.highlight", "pymdownx.superfences"]).convert(
        f"````````{language}\n{source}\n````````"
    )


def shown(html: str) -> str:
    """The text that the copy button takes."""
    code = re.search(r"<code>(.*)</code>", html, re.DOTALL)
    assert code
    return unescape(re.sub(r"<[^>]*>", "", code[1])).rstrip("\n")


@pytest.mark.parametrize(
    ("begin", "first", "language"),
    [
        ("cat > a/b.yaml <<'EOF'", "kind: X", "yaml"),
        ("cat >> ~/nyan/.drone.yml <<'EOF' &&", "---", "yaml"),
        ('sudo tee "$folder/hosts.toml" <<EOF > /dev/null', "a = 1", "toml"),
        ("cat > Dockerfile <<'EOF'", "# syntax", "docker"),
        ("cat > hook <<'EOF'", "#!/bin/sh", "bash"),
        ("cat > app.ini <<'EOF'", "A = 1", "ini"),
        ("kubectl apply -f - <<EOF", "apiVersion: v1", "yaml"),
        ("jq . <<EOF", '{"a": 1}', "json"),
    ],
)
def test_a_body_is_known_by_its_file_or_its_first_line(begin: str, first: str, language: str) -> None:
    assert list(bodies(f"cd x\n{begin}\n{first}\nlast\nEOF\nls\n")) == [Body(2, 4, language)]


@pytest.mark.parametrize(
    "source",
    [
        "cat > SHA256SUMS <<'EOF'\nabc  https://example.test/x\nEOF",
        "wc <<< 'apiVersion: v1'",
        "echo $((1<<2))\napiVersion: v1",
        "cat <<'EOF'\nkind: X\nnever ended",
    ],
)
def test_what_is_nothing_known_or_no_here_document_is_left_alone(source: str) -> None:
    assert list(bodies(source)) == []
    html = highlighted(source)
    assert coloured(html, source, highlighted) == html


def test_a_shift_does_not_hide_what_comes_after_it() -> None:
    assert list(bodies("echo $((1<<2))\ncat > a.json <<END\n{}\nEND\n")) == [Body(2, 3, "json")]


def test_yaml_in_a_script_looks_like_yaml() -> None:
    source = "cat > a.yaml <<'EOF'\nkind: Pod  # <b>\n\nspec: {a: '1'}\nEOF\necho 'kind: x'\n"
    html = coloured(highlighted(source), source, highlighted)
    assert '<span class="nt">kind</span>' in html
    assert '<span class="s">EOF</span>' in html
    assert '<span class="s1">&#39;kind: x&#39;</span>' in html or "'kind: x'" in html
    assert shown(html) == source.rstrip("\n")


@pytest.mark.parametrize(
    "path", sorted(SNIPPETS.glob("*/*.sh")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_no_text_of_a_step_changes(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert shown(coloured(highlighted(source), source, highlighted)) == source.rstrip("\n")


def test_no_text_of_a_manifest_changes_and_each_has_its_colours() -> None:
    files = [path for path in sorted(MANIFESTS.rglob("*.yaml")) if "upstream" not in path.parts]
    assert len(files) > 30
    for path in files:
        text = path.read_text(encoding="utf-8").rstrip("\n")
        source = f"cat > {path.name} <<'EOF'\n{text}\nEOF"
        html = coloured(highlighted(source), source, highlighted)
        assert shown(html) == source
        assert 'class="nt"' in html, path
