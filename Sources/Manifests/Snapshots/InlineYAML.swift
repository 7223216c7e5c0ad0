internal import YAML

/// YAML that stands as text in a scalar.
enum InlineYAML {
    /// Its documents. Pins lead only to the first one, and not into text within such text.
    static func documents(in value: Composed) throws(YAMLError) -> [Composed] {
        guard let (node, origin) = value.written, let text = node.string else { return [] }
        let yaml = try YAMLFile(parsing: Array(text.utf8))
        if yaml.looksLikeTemplate { throw YAMLError(.template, "it is a template") }
        return yaml.documents.compactMap { document in
            document.root.map {
                .written(
                    $0,
                    Origin(
                        file: origin.file, document: origin.document, holder: node,
                        isAddressable: origin.holder == nil && document.index == 0))
            }
        }
    }
}
