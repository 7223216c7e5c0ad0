import Terminal

/// Boxes and arrows, as mermaid draws them: https://mermaid.js.org/syntax/flowchart.html
struct Flowchart {
    /// What a box is, by its colour.
    enum Shade: String, CaseIterable {
        case now, left, open, absent

        fileprivate var style: String {
            switch self {
            case .now: "fill:#c8e6c9,stroke:#2e7d32,color:#000"
            case .left: "fill:#ffe0b2,stroke:#ef6c00,color:#000"
            case .open: "fill:#bbdefb,stroke:#1565c0,color:#000"
            case .absent: "fill:#eeeeee,stroke:#9e9e9e,color:#000"
            }
        }
    }

    struct Box: Hashable {
        fileprivate var name: String
    }

    private struct Arrow: Hashable {
        var from: Box
        var to: Box
        var isDashed: Bool
    }

    private var lines: [String] = []
    private var boxes = 0
    private var groups = 0
    private var shades: Set<Shade> = []
    private var arrows: [Arrow] = []

    /// Adds a box with some lines of text; empty ones are left out.
    mutating func box(_ parts: [String], _ shade: Shade) -> Box {
        let box = Box(name: "n\(boxes)")
        boxes += 1
        shades.insert(shade)
        lines.append("    \(box.name)[\"\(Self.label(parts.filter { !$0.isEmpty }))\"]:::\(shade.rawValue)")
        return box
    }

    /// Adds an arrow, unless it is there already.
    mutating func arrow(from: Box, to: Box, isDashed: Bool = false) {
        let arrow = Arrow(from: from, to: to, isDashed: isDashed)
        if !arrows.contains(arrow) { arrows.append(arrow) }
    }

    /// Draws a frame around the boxes that `body` adds.
    mutating func group(_ title: String, _ body: (inout Flowchart) -> Void) {
        lines.append("    subgraph g\(groups)[\"\(Self.label([title]))\"]")
        groups += 1
        body(&self)
        lines.append("    end")
    }

    var text: String {
        let arrows = arrows.map { "    \($0.from.name) \($0.isDashed ? "-.->" : "-->") \($0.to.name)" }
        let styles = Shade.allCases.filter(shades.contains).map { "    classDef \($0.rawValue) \($0.style)" }
        return (["flowchart LR"] + lines + arrows + styles).joined(separator: "\n") + "\n"
    }

    /// Text in quotes: mermaid reads HTML there, and entities that begin with `#`.
    private static func label(_ parts: [String]) -> String {
        parts.map { part in
            escaped(part).reduce(into: "") { text, character in
                switch character {
                case "\"": text += "#quot;"
                case "#": text += "#35;"
                case "<": text += "#lt;"
                case ">": text += "#gt;"
                case "&": text += "#amp;"
                case "`": text += "#96;"
                default: text.append(character)
                }
            }
        }.joined(separator: "<br>")
    }
}
