"""Builds the pages' vendor files: services/gateway/static/vendor/. Run by `make setup` and `make assets`.

From node_modules it copies an allow-list, and nothing else reaches a browser: Tabler's CSS without the rules
that no page uses, the Inter font (latin and latin-ext), htmx, uPlot, and one SVG sprite of the icons named
in tools/icons.txt. Every file gets its content's hash in its name, so it can be cached for ever, and a .gz
beside it.

For whoever writes pages:

- `vendor/manifest.json` maps the plain name to the hashed one: {"tabler.css": "tabler.3f2a91c0.css", …}.
  The names are tabler.css, inter.css, uplot.css, htmx.js, uplot.js (an ES module) and icons.svg. A page's
  address is `/static/vendor/` + manifest[name]; serve it with `Cache-Control: public, max-age=31536000,
  immutable`, and the .gz variant to who accepts it.
- An icon: `<svg class="icon" aria-hidden="true"><use href="{address of icons.svg}#bell"/></svg>`.
- A rule of Tabler's stays when all of its classes occur as words somewhere in the gateway's templates, our
  own JavaScript or Python. A class put together from parts (`"bg-" + color`) occurs nowhere: write the whole
  names in a comment next to the place that joins them.
- Tabler's CSS holds small images as `data:` addresses: the content security policy needs `img-src 'self' data:`.
"""

import difflib
import gzip
import hashlib
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tools.css_purge import purge  # noqa: E402  (the path must be set first)

MODULES = ROOT / "node_modules"
GATEWAY = ROOT / "services" / "gateway"
VENDOR = GATEWAY / "static" / "vendor"
SOURCES = (".html", ".jinja", ".j2", ".txt", ".svg", ".css", ".js", ".mjs", ".py")

COPIED = {
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "uplot.js": "uplot/dist/uPlot.esm.js",
    "uplot.css": "uplot/dist/uPlot.min.css",
}
FONT = "@fontsource-variable/inter/files/inter-{subset}-wght-normal.woff2"
# The ranges that the font's own style sheet gives to these two subsets.
SUBSETS = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,"
    "U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
    "latin-ext": "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,"
    "U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
}
LICENSES = ("@tabler/core", "@tabler/icons", "@fontsource-variable/inter", "htmx.org", "uplot")


class BuildError(Exception):
    """What is wrong with the sources, in one line."""


class Output:
    """A folder of hashed files and their manifest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> str:
        """Writes the content under its hashed name, which it returns, with a .gz where that is smaller."""
        stem, _, suffix = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:8]}.{suffix}"
        (self.folder / hashed).write_bytes(content)
        packed = gzip.compress(content, 9, mtime=0)
        if len(packed) < len(content) * 0.9:
            (self.folder / f"{hashed}.gz").write_bytes(packed)
        self.manifest[name] = hashed
        return hashed


def read(relative: str) -> bytes:
    """A file of node_modules."""
    path = MODULES / relative
    if not path.exists():
        raise BuildError(f"node_modules/{relative} is missing; has the package changed its layout?")
    return path.read_bytes()


def words_in_use(gateway: Path) -> set[str]:
    """Every word that our own files could mean as a class or as a custom property."""
    words: set[str] = set()
    for path in gateway.rglob("*"):
        if path.suffix in SOURCES and "vendor" not in path.parts:
            text = path.read_text("utf-8", "replace")
            words.update(re.findall(r"[\w-]+", text))
            words.update(re.findall(r"[\w/:.-]+", text))
    return words


def sprite(names: list[str]) -> str:
    """One SVG with a <symbol> for each icon.

    Raises BuildError for a name that @tabler/icons does not have, with the nearest that it has.
    """
    symbols = []
    for name in names:
        kind, _, plain = name.rpartition("/")
        folder = MODULES / "@tabler" / "icons" / "icons" / (kind or "outline")
        path = folder / f"{plain}.svg"
        if not path.exists():
            near = difflib.get_close_matches(plain, [icon.stem for icon in folder.glob("*.svg")], 3)
            raise BuildError(f"tools/icons.txt: no icon {name!r}; near it: {', '.join(near) or 'none'}")
        body = path.read_text().split(">", 1)[1].rsplit("</svg>", 1)[0]
        body = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", body)
        body = re.sub(r"\s*\n\s*", "", body)
        paint = (
            'fill="currentColor"'
            if kind == "filled"
            else 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
        )
        identifier = name.replace("/", "-")
        symbols.append(f'<symbol id="{identifier}" viewBox="0 0 24 24" {paint}>{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>"


def icon_names() -> list[str]:
    """The allow-list: tools/icons.txt without comments."""
    lines = (ROOT / "tools" / "icons.txt").read_text().splitlines()
    return sorted({line.strip() for line in lines if line.strip() and not line.startswith("#")})


def font_css(output: Output) -> str:
    """The font's files and the style sheet that names them."""
    faces = []
    for subset, ranges in SUBSETS.items():
        hashed = output.add(f"inter-{subset}.woff2", read(FONT.format(subset=subset)))
        faces.append(
            "@font-face{font-family:'Inter Variable';font-style:normal;font-display:optional;font-weight:100 900;"
            f"src:url({hashed}) format('woff2');unicode-range:{ranges}}}"
        )
    return "".join(faces)


def build(folder: Path) -> dict[str, str]:
    """Makes every vendor file in the folder and returns the manifest."""
    output = Output(folder)
    for name, source in COPIED.items():
        content = read(source)
        if name.endswith(".js"):
            content = re.sub(rb"\n?//# sourceMappingURL=\S+\s*$", b"", content)
        output.add(name, content)
    output.add("inter.css", font_css(output).encode())
    whole = read("@tabler/core/dist/css/tabler.min.css").decode()
    output.add("tabler.css", purge(whole, words_in_use(GATEWAY)).encode())
    output.add("icons.svg", sprite(icon_names()).encode())
    licenses = [f"{name}\n\n{license_of(name)}" for name in LICENSES]
    (folder / "LICENSES.txt").write_text("\n\n----\n\n".join(licenses))
    (folder / "manifest.json").write_text(json.dumps(output.manifest, indent=1, sort_keys=True))
    return output.manifest


def license_of(package: str) -> str:
    """The text that its authors ask to travel with copies, or at least the license's name."""
    found = sorted((MODULES / package).glob("LICEN[SC]E*"))
    if found:
        return found[0].read_text("utf-8", "replace")
    return str(json.loads(read(f"{package}/package.json"))["license"])


def main() -> int:
    """Replaces the vendor folder whole; on any failure the old one stays. Returns the exit code."""
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=VENDOR.parent, prefix=".vendor-") as name:
        fresh = Path(name) / "vendor"
        fresh.mkdir(mode=0o755)
        try:
            manifest = build(fresh)
        except BuildError as error:
            print(f"assets: {error}", file=sys.stderr)
            return 1
        if VENDOR.exists():
            VENDOR.rename(Path(name) / "old")
        shutil.move(fresh, VENDOR)
    sizes = {plain: (VENDOR / hashed).stat().st_size for plain, hashed in manifest.items()}
    print(", ".join(f"{plain} {size // 1024} kB" for plain, size in sizes.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
