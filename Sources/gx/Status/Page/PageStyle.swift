extension StatusPage {
    /// Colours are given once for light and once for dark, each with a contrast of at least 4.5 to what is behind it
    /// (WCAG 2.2, 1.4.3). Nothing is said by colour alone.
    static let style: StaticString = """
        :root{color-scheme:light dark;--paper:#fff;--ground:#f6f6f4;--ink:#1b1f24;--soft:#59616b;--line:#dcdfe3;\
        --accent:#0a58a8;--g0:#c6def7;--g1:#deebf8;--g2:#edf1f5;--g3:#f6f6f4;--warn:#864700;--bad:#a3211b;--good:#1c6638;\
        --rule:.0625rem solid var(--line)}
        @media(prefers-color-scheme:dark){:root{--paper:#15181c;--ground:#1c2025;--ink:#e7e9ec;--soft:#a2abb5;\
        --line:#333a42;--accent:#85bcf7;--g0:#1d4a78;--g1:#1f3a57;--g2:#242f3b;--g3:#1c2025;--warn:#f2b866;--bad:#ff9b93;\
        --good:#85d3a1}}
        *{box-sizing:border-box}
        html{background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;scroll-padding-top:1rem;\
        -webkit-text-size-adjust:100%}
        body{margin:0 auto;max-width:110rem;padding:0 clamp(1rem,3vw,3rem) 3rem}
        h1,h2,h3,h4{font-weight:650;line-height:1.25;text-wrap:balance}
        h1{font-size:1rem;margin:0}
        h1 .site{color:var(--soft);font-weight:400;display:block}
        h2{font-size:1.35rem;margin:0 0 1rem}
        h3{font-size:1rem;margin:1.5rem 0 .5rem}
        h4{font-size:.875rem;margin:1rem 0 .25rem}
        p{margin:0 0 .5rem;max-width:75ch}
        ul,ol{padding:0;margin:0;list-style:none}
        a{color:var(--accent);text-decoration-thickness:.0625rem;text-underline-offset:.15em}
        a:hover{text-decoration-thickness:.125rem}
        :focus-visible{outline:.1875rem solid var(--accent);outline-offset:.125rem;border-radius:.125rem}
        code{font:.9em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
        small{font-size:.8125rem;color:var(--soft)}
        time{white-space:nowrap;font-variant-numeric:tabular-nums}
        .h{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        .skip{position:absolute;left:-99rem;background:var(--paper);padding:.5rem 1rem;z-index:9}
        .skip:focus{left:1rem;top:1rem}
        header{padding:2rem 0 1rem}
        .answer{font-size:clamp(1.35rem,2.6vw,2rem);line-height:1.3;margin:.75rem 0;max-width:34em;color:var(--soft);\
        text-wrap:pretty}
        .answer strong{color:var(--ink);font-weight:650}
        .read{max-width:none}
        .read,footer{color:var(--soft);font-size:.875rem}
        nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;padding:.75rem 0;border-block:var(--rule);margin-top:1.25rem}
        nav a{display:inline-block;padding:.25rem 0}
        section{margin-top:3rem}
        footer{margin-top:4rem;padding-top:1rem;border-top:var(--rule)}
        .none{color:var(--soft)}
        .scroll{overflow:auto;max-width:100%}
        .stages{display:grid;grid-template-columns:repeat(auto-fill,minmax(11.5rem,1fr));gap:.75rem}
        .stages li{background:var(--ground);border-radius:.5rem;padding:1rem}
        .stages h3{margin:0 0 .5rem}
        .stages p{font-size:.875rem;margin:0;color:var(--soft)}
        .stages strong{color:var(--ink)}
        .stages .waits{margin-top:.5rem}
        .bar{display:block;width:100%;height:.375rem;border-radius:.25rem;margin-bottom:.5rem}
        .bar .whole{fill:var(--line)}.bar .part{fill:var(--accent)}
        table{border-collapse:separate;border-spacing:0;font-size:.875rem}
        th{text-align:left;font-weight:600}
        .list{width:100%;min-width:34rem}
        .list th,.list td{padding:.4rem 1.25rem .4rem 0;vertical-align:top;border-bottom:var(--rule)}
        .list thead th{color:var(--soft);font-weight:500;font-size:.8125rem}
        .list tbody th{font-weight:500}
        .app td:nth-child(2),.app td:nth-child(6),.issue td:nth-child(5),.issue td:nth-child(8),.plain a{\
        font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.8125rem}
        .list small{display:block;font-family:system-ui,sans-serif}
        .app td:nth-child(3),.issue td:nth-child(4){white-space:nowrap;font-variant-numeric:tabular-nums}
        dd p{margin:0 0 .15rem}
        .list th a,.waits a{white-space:nowrap}
        .title{font-weight:400}
        .legend{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;color:var(--soft);font-size:.8125rem;margin-bottom:.75rem}
        .swatch{display:inline-block;width:.9rem;height:.9rem;border-radius:.2rem;vertical-align:-.1rem;margin-right:.125rem;\
        border:var(--rule)}
        .matrix{border-spacing:.125rem;font-variant-numeric:tabular-nums;line-height:1.35}
        section>.scroll:has(.matrix){max-height:max(24rem,85vh);border-block:var(--rule)}
        .matrix th,.matrix td{padding:.3rem .55rem;border-radius:.25rem;white-space:nowrap}
        .matrix thead th{position:sticky;top:0;background:var(--paper);border-radius:0;z-index:2;vertical-align:bottom;\
        font-weight:500}
        .matrix thead tr:first-child th{height:2.25rem;font-weight:650}
        .matrix thead tr+tr th{top:2.25rem;color:var(--soft);font-size:.8125rem}
        .matrix .up{vertical-align:bottom;padding-inline:.2rem}
        .matrix .up>span{writing-mode:vertical-rl;transform:rotate(180deg);max-height:11rem;overflow:hidden}
        .matrix tbody th{position:sticky;left:0;background:var(--paper);border-radius:0;z-index:1;font-weight:500;\
        max-width:min(18rem,38vw);overflow:hidden;text-overflow:ellipsis}
        .matrix thead .app{left:0;z-index:3}
        .matrix td{text-align:center}.matrix td small{color:inherit}
        .matrix .stage{border-left:.375rem solid transparent;background-clip:padding-box;\
        border-radius:.625rem .25rem .25rem .625rem}
        .matrix thead .stage{white-space:normal;border-radius:0;max-width:9rem;background-clip:border-box;\
        border-left-color:var(--paper)}
        .g0{background:var(--g0)}.g1{background:var(--g1)}.g2{background:var(--g2)}.g3{background:var(--g3)}
        .js .matrix tbody tr{cursor:pointer}
        .matrix tbody tr:hover td:not(:empty){box-shadow:inset 0 0 0 .0625rem var(--accent)}
        i{font-style:normal;font-size:0}
        i::before{font-size:.875rem;margin-left:.2em;font-weight:650}
        .mb::before{content:"\\2193";content:"\\2193"/"";color:var(--warn)}
        .ma::before{content:"\\2191";content:"\\2191"/"";color:var(--accent)}
        .md::before{content:"\\2260";content:"\\2260"/"";color:var(--warn)}
        .mr::before{content:"\\21b6";content:"\\21b6"/"";color:var(--bad)}
        .mp::before{content:"\\00bb";content:"\\00bb"/"";color:var(--good)}
        .mo::before{content:"\\00ab";content:"\\00ab"/"";color:var(--warn)}
        .mh::before{content:"\\2298";content:"\\2298"/"";color:var(--bad)}
        .mi::before{content:"\\00b0";content:"\\00b0"/"";color:var(--soft)}
        .controls{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:center;font-size:.875rem;margin-bottom:1rem}
        .controls[hidden]{display:none}
        .controls input,.controls select{font:inherit;color:inherit;background:var(--paper);border:.0625rem solid var(--soft);\
        border-radius:.375rem;padding:.4rem .6rem;min-height:2.25rem;margin-right:.75rem;max-width:100%}
        .controls input{width:19rem}
        output{color:var(--soft)}
        details{border-bottom:var(--rule)}
        summary{padding:.5rem 0;cursor:pointer}
        summary h3{display:inline;margin:0 .5rem 0 0}
        summary .glance{color:var(--soft);font-size:.875rem;margin-left:.5rem}
        .glance .in{color:var(--ink)}.glance .in,.glance .out{white-space:nowrap;margin-right:.5rem}
        details[open]>summary{font-weight:500}
        .inside{padding:.25rem 0 1.25rem 1.1rem;scroll-margin-top:4rem}
        .inside:target{border-left:.1875rem solid var(--accent);padding-left:.9rem}
        dl{margin:1rem 0;font-size:.875rem;display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.5rem 1.5rem}
        dt{font-weight:500;max-width:24rem;overflow-wrap:anywhere}dd{margin:0;min-width:0}
        .plain li{font-size:.875rem;padding:.15rem 0}
        .day{margin:1.5rem 0 .25rem;color:var(--soft);font-weight:500;font-size:.875rem}
        .change summary{font-size:.9375rem}
        .change b{font-weight:600}
        .outcome{font-size:.8125rem;font-weight:500}.good{color:var(--good)}.bad{color:var(--bad)}
        .timeline{display:block;width:100%;min-width:40rem;max-width:76rem}
        .timeline text{fill:var(--soft);font-size:12px}
        .timeline .name{fill:var(--ink)}
        .timeline .date{text-anchor:middle}
        .timeline line{stroke:var(--line);stroke-width:1}
        .timeline .week{stroke-dasharray:2 4}
        .dot{fill:var(--accent);fill-opacity:.75}
        .back{fill:var(--bad);stroke:var(--paper);stroke-width:1.5}
        span.dot,span.diamond{display:inline-block;width:.6rem;height:.6rem;background:var(--accent);border-radius:50%}
        span.diamond{background:var(--bad);border-radius:0;transform:rotate(45deg);margin-right:.2rem}
        @media(max-width:40rem){dl{grid-template-columns:1fr;gap:.1rem}dd{margin-bottom:.75rem}.inside{padding-left:.25rem}\
        .controls input{width:100%}.stages{grid-template-columns:repeat(auto-fill,minmax(9rem,1fr))}\
        summary .glance{display:block;margin:0}.list th,.list td{padding-right:.75rem}}
        @media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
        @media print{.scroll{overflow:visible;max-height:none}nav,.skip,.controls{display:none}}
        """
}
