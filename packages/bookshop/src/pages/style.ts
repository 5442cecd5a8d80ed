import type { Html } from './html.ts';

/** The stylesheet of all pages, light and dark. Written into each page, so that a page is one request. */
export const STYLE: Html = {
  markup: `
:root{color-scheme:light dark;--paper:#fbf8f2;--card:#fffdf9;--ink:#27221d;--soft:#6b6257;--line:#e5dccd;--accent:#8d2f60;--star:#b87a10;--good:#2c6a4c;--shade:rgb(60 40 20/.22)}
@media(prefers-color-scheme:dark){:root{--paper:#171519;--card:#201d23;--ink:#ece5da;--soft:#a89f92;--line:#36313a;--accent:#eba0c6;--star:#e9b44c;--good:#86cba6;--shade:rgb(0 0 0/.55)}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 "Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua",Georgia,"DejaVu Serif",serif}
a{color:inherit;text-decoration-color:var(--line);text-underline-offset:.2em}
a:hover{color:var(--accent);text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--accent);outline-offset:3px;border-radius:3px}
h1,h2,h3{line-height:1.2;font-weight:600;text-wrap:balance;margin:0}
h1{font-size:2.1rem;letter-spacing:-.01em}
h2{font-size:1.3rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.masthead,.page,.colophon{max-width:1200px;margin-inline:auto;padding-inline:28px}
.masthead{display:flex;justify-content:space-between;align-items:center;gap:16px;padding-block:22px;border-bottom:1px solid var(--line)}
.brand{display:flex;align-items:center;gap:10px;font-size:1.45rem;font-weight:600;letter-spacing:-.01em;text-decoration:none}
.mark{width:30px;height:30px;color:var(--accent)}
.masthead nav{display:flex;gap:24px;color:var(--soft)}
.masthead nav a{text-decoration:none}
.page{padding-block:36px 64px}
.with-sidebar main{grid-column:2;grid-row:1}
.with-sidebar{display:grid;grid-template-columns:190px minmax(0,1fr);gap:56px}
.side_categories{grid-column:1;grid-row:1;font-size:.94rem}
.side_categories h2{font-size:.8rem;letter-spacing:.12em;text-transform:uppercase;color:var(--soft);margin-block:10px 14px}
.side_categories ul{list-style:none;margin:0;padding:0}
.side_categories li{display:flex;justify-content:space-between;gap:8px;padding:4px 0}
.side_categories a{text-decoration:none}
.side_categories a[aria-current]{color:var(--accent);font-weight:600}
.count{color:var(--soft);font-variant-numeric:tabular-nums;font-size:.85em}
.results{color:var(--soft);margin:6px 0 28px}
.row{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(158px,1fr));gap:36px 28px}
.product_pod{display:flex;flex-direction:column;height:100%}
.image_container a{display:block}
.thumbnail{display:block;width:100%;height:auto;aspect-ratio:2/3;border-radius:2px 5px 5px 2px;box-shadow:0 1px 2px var(--shade),0 10px 22px -10px var(--shade);transition:transform .18s ease,box-shadow .18s ease}
.product_pod:hover .thumbnail{transform:translateY(-4px);box-shadow:0 2px 4px var(--shade),0 18px 30px -12px var(--shade)}
@media(prefers-reduced-motion:reduce){.thumbnail{transition:none}}
.product_pod p{margin:0}
.product_pod h3{font-size:1rem;margin:6px 0 2px}
.product_pod h3 a{text-decoration:none}
.product_pod .star-rating{margin-top:14px}
.author{color:var(--soft);font-size:.9rem}
.product_price{margin-top:auto;padding-top:10px;display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:0 10px}
.price_color{font-weight:600;font-variant-numeric:tabular-nums lining-nums}
.availability{color:var(--good);font-size:.86rem}
.availability::before{content:"";display:inline-block;width:.5em;height:.5em;border-radius:50%;background:currentColor;margin-right:.5em;vertical-align:.08em}
.star-rating{color:var(--star);letter-spacing:.1em;font-size:.86rem;line-height:1}
.One::before{content:"★☆☆☆☆"}.Two::before{content:"★★☆☆☆"}.Three::before{content:"★★★☆☆"}.Four::before{content:"★★★★☆"}.Five::before{content:"★★★★★"}
.pager{list-style:none;display:flex;justify-content:space-between;align-items:center;gap:16px;margin:52px 0 0;padding:20px 0 0;border-top:1px solid var(--line);color:var(--soft)}
.pager .current{order:1;margin-inline:auto}.pager .next{order:2}
.pager a,.button{display:inline-block;padding:8px 18px;border:1px solid var(--line);border-radius:99px;background:var(--card);color:var(--ink);text-decoration:none}
.pager a:hover,.button:hover{border-color:var(--accent);color:var(--accent)}
.button{background:var(--accent);border-color:var(--accent);color:var(--paper)}
.button:hover{background:none}
.breadcrumb{list-style:none;display:flex;flex-wrap:wrap;margin:0 0 30px;padding:0;color:var(--soft);font-size:.92rem}
.breadcrumb li+li::before{content:"›";margin-inline:.6em}
.breadcrumb a{text-decoration:none}
.product_page{display:grid;grid-template-columns:290px minmax(0,1fr);gap:44px 60px}
.product_main .author{font-size:1.1rem;margin:8px 0 16px}
.product_main .star-rating{font-size:1.15rem;margin:0 0 20px}
.product_main>.price_color{font-size:1.9rem;margin:0}
.product_main>.availability{font-size:1rem;margin:2px 0 22px}
.sub-header{margin:36px 0 10px}
.product_description{max-width:66ch;margin:0;text-wrap:pretty}
.tags{list-style:none;display:flex;flex-wrap:wrap;gap:8px;margin:20px 0 0;padding:0;font-size:.86rem}
.tags li{padding:2px 12px;border:1px solid var(--line);border-radius:99px;color:var(--soft)}
table{border-collapse:collapse;width:100%;max-width:560px;font-size:.96rem}
th,td{text-align:left;padding:9px 0;border-bottom:1px solid var(--line);font-variant-numeric:tabular-nums lining-nums}
th{font-weight:400;color:var(--soft);width:46%}
.related{margin-top:64px;padding-top:28px;border-top:1px solid var(--line)}
.related h2{margin-bottom:24px}
.related .row{grid-template-columns:repeat(auto-fill,minmax(140px,1fr))}
.prose{max-width:64ch}
.prose p{margin:18px 0}
code{font:.9em ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;background:var(--card);border:1px solid var(--line);border-radius:4px;padding:1px 5px}
.colophon{border-top:1px solid var(--line);padding-block:22px 44px;color:var(--soft);font-size:.9rem}
.colophon p{margin:0}
@media(max-width:800px){
.with-sidebar,.product_page{display:block}
.side_categories{margin-top:56px}
.side_categories ul{columns:2;column-gap:32px}
.product_page .thumbnail{max-width:230px;margin:0 auto 32px}
.masthead,.page,.colophon{padding-inline:18px}
.masthead nav{gap:16px}
.brand{font-size:1.15rem}
.row{grid-template-columns:repeat(auto-fill,minmax(136px,1fr));gap:28px 18px}
}`,
};
