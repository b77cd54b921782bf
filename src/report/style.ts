/** The style sheet of the report: light and dark, phone and paper. */
import { FIGURE_FONT } from './figure.ts';
import { themeDeclarations, token } from './palette.ts';

export const STYLE = `
:root{color-scheme:light dark;${themeDeclarations('light')}}
@media (prefers-color-scheme:dark){:root{${themeDeclarations('dark')}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:${token('bg')};color:${token('ink')};font:15px/1.55 ${FIGURE_FONT};font-variant-numeric:tabular-nums;overflow-wrap:break-word}
main{max-width:1080px;margin:0 auto;padding:28px 28px 60px;background:${token('surface')}}
@media (min-width:1140px){main{margin:24px auto;border-radius:12px}}
h1{font-size:26px;line-height:1.2;font-weight:640;letter-spacing:-.01em;margin:0 0 4px}
h2{font-size:18px;font-weight:620;margin:0 0 12px}
h3{font-size:15px;font-weight:620;margin:20px 0 8px}
p{margin:0 0 10px;max-width:76ch}
a{color:${token('accent')};text-underline-offset:2px}
h1,code,dd{overflow-wrap:anywhere}
code{font:.88em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
section{margin-top:34px;padding-top:26px;border-top:1px solid ${token('hairline')}}
.meta{color:${token('ink-2')};margin:0}
.meta span+span::before{content:"·";margin:0 8px;color:${token('ink-3')}}
.chip{display:inline-block;border-radius:99px;padding:1px 11px;font-size:13px;font-weight:550;white-space:nowrap;background:${token('sunken')};color:${token('ink-2')}}
.chip.ok{background:${token('ok-soft')};color:${token('ok')}}
.chip.warn{background:${token('warn-soft')};color:${token('warn')}}
.chip.error{background:${token('error-soft')};color:${token('error')}}
.banner{border-radius:10px;padding:12px 16px;margin:18px 0 0;background:${token('warn-soft')};color:${token('warn')}}
.banner.error{background:${token('error-soft')};color:${token('error')}}
.banner p,.banner ul{margin:0;max-width:none}
.banner ul{padding-left:20px}
.hero{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1.08fr);gap:32px;align-items:start;margin-top:24px}
.hero h2{margin:0;font-size:15px;display:flex;gap:10px;align-items:center;flex-wrap:wrap}
.answer{font-size:44px;line-height:1.1;font-weight:620;letter-spacing:-.02em;margin:10px 0 2px}
.answer small{font-size:20px;font-weight:450;letter-spacing:0;color:${token('ink-2')};white-space:nowrap}
.answer.words{font-size:30px;margin-bottom:8px}
.interval{font-size:16px;color:${token('ink-2')};margin-bottom:12px}
.interval b{color:${token('ink')};font-weight:620}
.small{font-size:13px;color:${token('ink-2')}}
figure{margin:0;min-width:0}
figure>svg{display:block;width:100%;height:auto}
figure+p,figure+.scroll{margin-top:14px}
figcaption{font-size:12.5px;color:${token('ink-3')};margin-top:6px}
.picture>svg{border-radius:10px}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:30px 32px;margin-top:14px}
.figures>figure{max-width:560px}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:8px 12px 8px 0;border-bottom:1px solid ${token('hairline')}}
th{font-weight:550}
td:last-child,th:last-child{padding-right:0}
thead th{font-size:12.5px;color:${token('ink-3')};font-weight:500}
.results th{width:36%}
.results b{font-weight:620}
.compact th,.compact td{padding-top:4px;padding-bottom:4px;font-size:13.5px}
.compact .again{border-bottom-color:transparent}
.number{text-align:right;white-space:nowrap}
.scroll{overflow-x:auto}
.scroll tbody th{white-space:nowrap}
.potential{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr));gap:8px 32px}
.weakness{background:${token('warn-soft')};color:${token('warn')};border-radius:10px;padding:12px 16px;margin:4px 0 14px}
.weakness p{margin:0;max-width:none}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:4px 20px;margin:0;font-size:13.5px}
dt{color:${token('ink-3')}}
dd{margin:0}
.cite{font-size:.86em;white-space:nowrap}
.references{padding-left:24px;font-size:13.5px}
.references li{margin-bottom:5px}
.references cite{font-style:normal}
details{margin-top:14px}
summary{cursor:pointer;color:${token('accent')}}
pre{overflow-x:auto;background:${token('sunken')};border-radius:8px;padding:14px;font-size:12px;line-height:1.5}
footer{margin-top:34px;padding-top:16px;border-top:1px solid ${token('hairline')};font-size:12.5px;color:${token('ink-3')}}
@media (max-width:760px){
main{padding:20px 16px 40px}
.hero{grid-template-columns:minmax(0,1fr);gap:20px}
.results th,.results td{display:block;width:auto;padding:0}
.results th{border:0;padding-top:10px}
.results td{padding-bottom:10px}
dl{grid-template-columns:minmax(0,1fr)}
.scroll table{min-width:620px}
dd{margin-bottom:6px}
}
@media print{
:root{color-scheme:light;${themeDeclarations('light')}}
@page{margin:14mm}
body,main{background:#fff}
body{font-size:10.5pt}
main{max-width:none;margin:0;padding:0}
.hero{grid-template-columns:1fr 1fr;gap:20px}
.figures{grid-template-columns:1fr 1fr;gap:16px 20px}
figure,tr,.banner,.weakness{break-inside:avoid}
h2,h3{break-after:avoid}
details{display:none}
a{color:inherit;text-decoration:none}
.chip,.banner,.weakness{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
