extension HTML {
    /// An attribute of an element. There is a function for each, so that no text can become the name of one, and none
    /// holds code.
    public struct Attribute: Sendable {
        let name: String
        let value: String

        private init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }

        public static func `class`(_ names: String) -> Attribute { Attribute("class", names) }
        public static func id(_ anchor: Anchor) -> Attribute { Attribute("id", anchor.id) }
        public static func href(_ anchor: Anchor) -> Attribute { Attribute("href", "#" + anchor.id) }
        public static func href(_ address: WebAddress) -> Attribute { Attribute("href", address.text) }
        public static func title(_ text: String) -> Attribute { Attribute("title", text) }
        public static func lang(_ code: String) -> Attribute { Attribute("lang", code) }
        public static func datetime(_ text: String) -> Attribute { Attribute("datetime", text) }

        // Tables.
        public static func colspan(_ count: Int) -> Attribute { Attribute("colspan", "\(count)") }
        public static func rowspan(_ count: Int) -> Attribute { Attribute("rowspan", "\(count)") }

        public enum Scope: String, Sendable { case row, col, colgroup, rowgroup }
        public static func scope(_ scope: Scope) -> Attribute { Attribute("scope", scope.rawValue) }

        // Controls.
        public static func type(_ type: String) -> Attribute { Attribute("type", type) }
        public static func value(_ value: String) -> Attribute { Attribute("value", value) }
        public static func `for`(_ anchor: Anchor) -> Attribute { Attribute("for", anchor.id) }
        public static func placeholder(_ text: String) -> Attribute { Attribute("placeholder", text) }
        public static func tabindex(_ index: Int) -> Attribute { Attribute("tabindex", "\(index)") }
        public static let hidden = Attribute("hidden", "hidden")

        // Assistive technology.
        public static func role(_ role: String) -> Attribute { Attribute("role", role) }
        public static func aria(_ name: Aria, _ value: String) -> Attribute {
            Attribute("aria-" + name.rawValue, value)
        }
        public static func aria(_ name: Aria, _ anchor: Anchor) -> Attribute { aria(name, anchor.id) }

        public enum Aria: String, Sendable { case label, labelledby, describedby, hidden, live, current }

        /// What a script of the page goes by.
        public static func data(_ name: StaticString, _ value: String) -> Attribute {
            Attribute("data-\(name)", value)
        }

        // The head of a page.
        public static func meta(_ name: String) -> Attribute { Attribute("name", name) }
        public static func httpEquiv(_ name: String) -> Attribute { Attribute("http-equiv", name) }
        public static func content(_ text: String) -> Attribute { Attribute("content", text) }
        public static func charset(_ name: String) -> Attribute { Attribute("charset", name) }
        fileprivate static let icon = Attribute("rel", "icon")
        fileprivate static let nothing = Attribute("href", "data:,")

        // Pictures.
        public static func viewBox(_ width: Int, _ height: Int) -> Attribute {
            Attribute("viewBox", "0 0 \(width) \(height)")
        }

        public enum Measure: String, Sendable {
            case x, y, x1, x2, y1, y2, cx, cy, r, rx, width, height
        }

        /// A length of a picture, to a tenth.
        public static func at(_ measure: Measure, _ value: Double) -> Attribute {
            Attribute(measure.rawValue, tenths(value))
        }

        private static func tenths(_ value: Double) -> String {
            let tenths = (value * 10).rounded() / 10
            let isWhole = tenths == tenths.rounded() && tenths.magnitude < 1e9
            return isWhole ? "\(Int(tenths))" : "\(tenths)"
        }

        /// The closed outline of a shape, from corner to corner.
        public static func outline(_ corners: [(x: Double, y: Double)]) -> Attribute {
            Attribute(
                "d", "M" + corners.map { "\(tenths($0.x)) \(tenths($0.y))" }.joined(separator: "L") + "Z")
        }

        /// Drawn as wide and as high as there is room, out of proportion.
        public static let stretched = Attribute("preserveAspectRatio", "none")
    }

    /// An icon that is empty, so that browsers ask nobody for one.
    static let noIcon = HTML(.link, .icon, .nothing)

    /// A place in a page. Different names are different places, whatever is in them.
    public struct Anchor: Sendable, Hashable, ExpressibleByStringLiteral {
        let id: String

        /// One that the program names.
        public init(stringLiteral name: StaticString) { id = "\(name)" }

        /// One of a kind: `app-web`.
        public init(_ kind: StaticString, _ name: String) {
            id = name.utf8.reduce(into: "\(kind)-") { id, byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "."):
                    id.unicodeScalars.append(Unicode.Scalar(byte))
                default: id += "~" + String(byte, radix: 16)
                }
            }
        }
    }

    /// An address that a link may lead to: `http:` or `https:`, and nothing else.
    public struct WebAddress: Sendable, Hashable {
        let text: String

        public init?(_ text: String) {
            let start = text.lowercased()
            guard start.hasPrefix("https://") || start.hasPrefix("http://"),
                text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
            else { return nil }
            self.text = text
        }
    }
}
