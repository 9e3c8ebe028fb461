// The looks of a report page: light and dark, wide and narrow, screen and paper.
#pragma once

#include <string_view>

namespace songscape {

inline constexpr std::string_view kPageStyle = R"css(
:root{--paper:#fff;--back:#f6f7f8;--ink:#21262c;--quiet:#5c646d;--line:#dfe3e7;--accent:#0072b2;
--good:#00734f;--good-back:#e6f5ef;--note-back:#e9f2f9;--warn:#a34700;--warn-back:#fdf0e4}
@media (prefers-color-scheme:dark){:root{--paper:#1d2126;--back:#14171a;--ink:#e4e7ea;--quiet:#a0a8b1;--line:#363d45;
--accent:#66b8ec;--good:#5fd3a8;--good-back:#15302a;--note-back:#172b3a;--warn:#ffb073;--warn-back:#3a2817}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);
font:16px/1.55 system-ui,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:1180px;margin:0 auto;padding:0 24px}
header{padding-top:36px}
h1{font-size:30px;line-height:1.2;margin:0 0 6px}
h2{font-size:21px;margin:0 0 14px}
.quiet,footer,figcaption,caption{color:var(--quiet)}
nav{margin:18px 0 4px;display:flex;flex-wrap:wrap;gap:4px 18px;font-size:15px}
a{color:var(--accent)}
section{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:22px 24px;margin:18px 0}
section>:last-child{margin-bottom:0}
p{max-width:75ch;margin:0 0 14px}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(165px,1fr));gap:12px;margin:0 0 18px}
.card{border:1px solid var(--line);border-radius:8px;padding:10px 14px}
.card b{display:block;font-size:23px;line-height:1.3;font-variant-numeric:tabular-nums}
.card span{display:block;font-size:13px;color:var(--quiet)}
.notice{border-left:4px solid var(--accent);background:var(--note-back);border-radius:6px;padding:12px 16px;margin:0 0 18px}
.notice p{margin:2px 0 0}
.notice.good{border-color:var(--good);background:var(--good-back)}.notice.good b{color:var(--good)}
.notice.warning{border-color:var(--warn);background:var(--warn-back)}.notice.warning b{color:var(--warn)}
.scroll{overflow-x:auto;margin:0 0 18px}
table{border-collapse:collapse;font-size:14px;line-height:1.4}
caption{text-align:left;padding:0 0 8px;font-size:14px}
th{text-align:left;border-bottom:2px solid var(--line);vertical-align:bottom}
th,td{padding:5px 14px 5px 0;overflow-wrap:normal}
td{border-bottom:1px solid var(--line);max-width:34em;overflow-wrap:break-word}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.sortable th{cursor:pointer;white-space:nowrap}.sortable th:hover{color:var(--accent)}
.sortable th::after{content:" ";display:inline-block;width:1em}
.sortable th[aria-sort=ascending]::after{content:" ▲"}.sortable th[aria-sort=descending]::after{content:" ▼"}
tr.strong td{font-weight:650}
figure{margin:0 0 22px}
figure img{display:block;max-width:100%;height:auto;background:#fff;border-radius:6px}
figcaption{font-size:14px;margin-top:6px;max-width:90ch}
pre{background:var(--back);border:1px solid var(--line);border-radius:6px;padding:12px 14px;overflow-x:auto;
font:13px/1.6 ui-monospace,"DejaVu Sans Mono",monospace;margin:0 0 18px;white-space:pre}
details{margin:0 0 18px}summary{cursor:pointer;color:var(--accent);margin-bottom:10px}
dl{margin:0 0 18px;max-width:85ch}dt{font-weight:650}dd{margin:0 0 10px}
footer{padding-top:6px;padding-bottom:40px;font-size:14px}
@media (max-width:640px){body{font-size:15px}header,main,footer{padding-left:12px;padding-right:12px}header{padding-top:20px}
h1{font-size:24px}section{padding:16px 14px}.cards{grid-template-columns:repeat(2,1fr)}figure img{max-width:none;width:min(760px,var(--w))}
figure .scroll{margin-bottom:0}}
@media print{body,section{background:#fff;color:#000;border:0}nav{display:none}section{padding:0;margin:0 0 18px}
figure,.notice,.card,tr{break-inside:avoid}h2{break-after:avoid}header,main,footer{max-width:none;padding:0}}
)css";

}  // namespace songscape
