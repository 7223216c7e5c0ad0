internal import CLibYAML

/// Reads YAML with libyaml and reports it to a ``TreeBuilder``, with offsets in bytes.
@safe struct EventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let bytes: [UInt8]
    private var offsets: ByteOffsets

    static func read(_ bytes: [UInt8], into tree: inout TreeBuilder) throws(YAMLError) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw YAMLError(.invalid, "the file is UTF-16", hint: "convert it to UTF-8")
        }
        var reader = try EventReader(bytes)
        try reader.readAll(into: &tree)
    }

    private init(_ bytes: [UInt8]) throws(YAMLError) {
        unsafe parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        self.bytes = bytes
        offsets = ByteOffsets(bytes)
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            unsafe parser.deallocate()
            throw YAMLError(.invalid, "out of memory")
        }
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
    }

    private mutating func readAll(into tree: inout TreeBuilder) throws(YAMLError) {
        tree.reserve(bytes: bytes.count)
        let bytes = bytes
        let base = offsets.base
        try unsafe bytes.withUnsafeBufferPointer { buffer throws(YAMLError) in
            unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            guard let start = buffer.baseAddress else { return }
            unsafe yaml_parser_set_input_string(parser, start + base, buffer.count - base)
            var isOpen = true
            while isOpen {
                var event = unsafe yaml_event_t()
                guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
                defer { unsafe yaml_event_delete(&event) }
                do throws(TreeBuilder.Failure) {
                    isOpen = try unsafe report(event, to: &tree)
                } catch {
                    let position = Position(
                        of: offsets.byte(at: unsafe Int(event.start_mark.index)), in: bytes)
                    throw Self.error(error, at: position)
                }
            }
        }
    }

    /// False at the end of the stream.
    private mutating func report(
        _ event: yaml_event_t, to tree: inout TreeBuilder
    ) throws(TreeBuilder.Failure) -> Bool {
        let start = offsets.byte(at: unsafe Int(event.start_mark.index))
        let end = offsets.byte(at: unsafe Int(event.end_mark.index))
        switch unsafe event.type {
        case YAML_STREAM_END_EVENT:
            return false
        case YAML_DOCUMENT_START_EVENT:
            tree.beginDocument(at: unsafe event.data.document_start.implicit == 1 ? start : end)
        case YAML_DOCUMENT_END_EVENT:
            tree.endDocument(at: start)
        case YAML_ALIAS_EVENT:
            try tree.alias(start..<end, to: unsafe string(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            try unsafe scalar(event, from: start, to: end, tree: &tree)
        case YAML_SEQUENCE_START_EVENT:
            let data = unsafe event.data.sequence_start
            let isFlow = unsafe data.style == YAML_FLOW_SEQUENCE_STYLE
            try tree.beginCollection(
                .sequence, at: collectionStart(start, end, isFlow: isFlow, isSequence: true),
                outerStart: start,
                isFlow: isFlow, anchor: unsafe string(data.anchor), tag: unsafe string(data.tag))
        case YAML_MAPPING_START_EVENT:
            let data = unsafe event.data.mapping_start
            let isFlow = unsafe data.style == YAML_FLOW_MAPPING_STYLE
            try tree.beginCollection(
                .mapping, at: collectionStart(start, end, isFlow: isFlow, isSequence: false),
                outerStart: start,
                isFlow: isFlow, anchor: unsafe string(data.anchor), tag: unsafe string(data.tag))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            // Brackets have width; the end of a block is only the start of what follows.
            tree.endCollection(at: start < end ? end : nil)
        default:
            break
        }
        return true
    }

    /// Where a collection starts without anchor and tag. libyaml's event starts with them and ends after
    /// the bracket, before the first key, before the first dash, or after it where dashes are not
    /// indented below their key.
    private func collectionStart(_ start: Int, _ end: Int, isFlow: Bool, isSequence: Bool) -> Int {
        if isFlow { return max(start, end - 1) }
        guard isSequence, end > start else { return end }
        let isDash = end < bytes.count && bytes[end] == UInt8(ascii: "-")
        let isBeforeDash =
            isDash && (end + 1 == bytes.count || bytes[end + 1].isBlank || bytes[end + 1].isBreak)
        return isBeforeDash && bytes[end - 1] != UInt8(ascii: "-") ? end : end - 1
    }

    private mutating func scalar(
        _ event: yaml_event_t, from outerStart: Int, to rawEnd: Int, tree: inout TreeBuilder
    ) throws(TreeBuilder.Failure) {
        let data = unsafe event.data.scalar
        let style = unsafe ScalarStyle(data.style)
        let anchor = unsafe string(data.anchor)
        let tag = unsafe string(data.tag)
        var start = outerStart
        if anchor != nil || tag != nil { start = contentStart(from: outerStart, to: rawEnd) }
        var end = rawEnd
        let value = unsafe UnsafeBufferPointer(start: data.value, count: data.length)
        var isDecoded = true
        var text = 0..<0
        switch style {
        case .literal, .folded:
            end = unsafe BlockScalar(in: bytes, start: start, limit: rawEnd, text: value).end
        case .plain, .singleQuoted, .doubleQuoted:
            if start == end, anchor == nil, tag == nil {
                start = emptyPlace(start, in: tree)
                end = start
            }
            let quotes = style == .plain ? 0 : 1
            text = min(start + quotes, end)..<max(start, end - quotes)
            isDecoded = unsafe !(text.count == value.count && bytes[text].elementsEqual(value))
        }
        if isDecoded { text = unsafe tree.keep(value) }
        try tree.scalar(
            start..<end, outerStart: min(outerStart, start), style: style, text: text, isDecoded: isDecoded,
            anchor: anchor, tag: tag)
    }

    /// Where an empty scalar stands. Those in brackets, and those without a colon, libyaml puts at the token
    /// that follows, which may be lines below: their place is after the colon, or after the key.
    private func emptyPlace(_ offset: Int, in tree: TreeBuilder) -> Int {
        let isAfterIndicator = offset > 0 && ":-?".utf8.contains(bytes[offset - 1])
        let isKey = offset < bytes.count && bytes[offset] == UInt8(ascii: ":")
        guard !isAfterIndicator, !isKey, let end = tree.lastEnd else { return offset }
        let colon = bytes.skipToToken(from: end, to: offset)
        return colon < offset && bytes[colon] == UInt8(ascii: ":") ? colon + 1 : end
    }

    /// Behind an anchor and a tag, in either order, and the comments and line breaks that may follow.
    private func contentStart(from start: Int, to end: Int) -> Int {
        var offset = start
        while offset < end, bytes[offset] == UInt8(ascii: "&") || bytes[offset] == UInt8(ascii: "!") {
            while offset < end, !bytes[offset].isBlank, !bytes[offset].isBreak { offset += 1 }
            let next = bytes.skipToToken(from: offset, to: end)
            if next == end { return offset }
            offset = next
        }
        return offset
    }

    private func string(_ text: UnsafePointer<yaml_char_t>?) -> String? {
        guard let text = unsafe text else { return nil }
        return unsafe String(cString: text)
    }

    private func failure() -> YAMLError {
        let parser = unsafe parser.pointee
        var message = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "not valid YAML"
        if unsafe parser.error == YAML_READER_ERROR {
            // Reader errors count bytes, from where the input starts.
            let offset = unsafe offsets.base + Int(parser.problem_offset)
            return YAMLError(.invalid, message, at: Position(of: offset, in: bytes))
        }
        if let context = unsafe parser.context { message += unsafe ", \(String(cString: context))" }
        let mark = unsafe parser.problem_mark
        return YAMLError(
            .invalid, message, at: Position(line: Int(mark.line) + 1, column: Int(mark.column) + 1))
    }

    private static func error(_ failure: TreeBuilder.Failure, at position: Position) -> YAMLError {
        switch failure {
        case .tooDeep:
            YAMLError(.tooDeep, "nested deeper than \(YAMLFile.maximumDepth) levels", at: position)
        case .unknownAnchor(let name):
            YAMLError(.invalid, "there is no anchor '\(name)' before this alias", at: position)
        case .selfReference(let name):
            YAMLError(.invalid, "the alias '\(name)' refers to a node that it is part of", at: position)
        case .tooManyAliases:
            YAMLError(.tooLarge, "the aliases stand for too many nodes", at: position)
        }
    }
}

/// libyaml counts code points after the byte order mark. This turns its marks into offsets in bytes; they
/// come almost in order, so that the way from the last one is short.
struct ByteOffsets {
    /// The size of the byte order mark, if there is one.
    let base: Int
    private let bytes: [UInt8]
    private let isASCII: Bool
    private var codePoint = 0
    private var offset: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        base = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        offset = base
        var all: UInt8 = 0
        for byte in bytes[base...] { all |= byte }
        isASCII = all < 0x80
    }

    mutating func byte(at index: Int) -> Int {
        if isASCII { return min(base + index, bytes.count) }
        while codePoint < index, offset < bytes.count {
            offset += 1
            while offset < bytes.count, bytes[offset].isUTF8Continuation { offset += 1 }
            codePoint += 1
        }
        while codePoint > index, offset > base {
            offset -= 1
            while offset > base, bytes[offset].isUTF8Continuation { offset -= 1 }
            codePoint -= 1
        }
        return offset
    }
}

extension ScalarStyle {
    fileprivate init(_ style: yaml_scalar_style_t) {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: self = .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: self = .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: self = .literal
        case YAML_FOLDED_SCALAR_STYLE: self = .folded
        default: self = .plain
        }
    }
}
