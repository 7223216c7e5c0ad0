internal import Git
internal import System

/// Which records of one ref of notes name what, so that of tens of thousands only those are read that an answer rests
/// on. A value is kept as its hash alone: what is found is still to be looked at.
struct RecordTables {
    /// A text: the blob that notes have.
    struct TextRow: BitwiseCopyable {
        var high: UInt64
        var middle: UInt64
        var low: UInt32
        private var unused: UInt32 = 0

        init(_ id: ObjectID) { (high, middle, low) = id.words }

        var id: ObjectID { ObjectID(words: (high, middle, low)) }
    }

    /// A text says that a field has a value.
    struct TermRow: BitwiseCopyable {
        var hash: UInt64
        var text: UInt32
        /// Another row of the same hash, counted from 1; 0 for none.
        var next: UInt32 = 0
    }

    /// A note got a text, or has another one now.
    struct UseRow: BitwiseCopyable {
        var text: UInt32
        /// 1 or −1.
        var step: Int32
    }

    /// The tree of notes that was read: the last one.
    private var trees = Column<TextRow>()
    private var texts = Column<TextRow>()
    private var terms = Column<TermRow>()
    private var uses = Column<UseRow>()
    private var places = Lookup()

    /// What is looked for in records.
    struct Term: Sendable {
        var field: String
        /// Values that are of interest; nil is all.
        var values: Set<String>?
    }

    /// Nil where nothing has been read.
    var tree: ObjectID? { trees.last?.id }

    /// Of each text, how many notes have it.
    var counts: [Int32] {
        var counts = [Int32](repeating: 0, count: texts.count)
        uses.withRows(in: 0..<uses.count) { rows in
            for index in rows.indices { counts[Int(rows[index].text)] &+= rows[index].step }
        }
        return counts
    }

    /// The blob of a text.
    func blob(_ text: Int) -> ObjectID { texts[text].id }

    /// The texts that may say that a field has a value, in order; also those that no note has any more.
    func texts(saying value: String, in field: String) -> [Int] {
        let hash = Self.hash(field, value)
        var found: Set<Int> = []
        var row = places.find(hash, among: places.covered) { terms[$0].hash == hash }.map { $0 + 1 } ?? 0
        while row > 0 {
            found.insert(Int(terms[row - 1].text))
            row = Int(terms[row - 1].next)
        }
        // What came since the places were made is little.
        terms.withRows(in: places.covered..<terms.count) { rows in
            for index in rows.indices where rows[index].hash == hash { found.insert(Int(rows[index].text)) }
        }
        return found.sorted()
    }

    private static func hash(_ field: String, _ value: String) -> UInt64 {
        Lookup.hash(Array("\(field)\n\(value)".utf8).span)
    }

    // MARK: Reading notes

    /// Brings it up to a tree of notes.
    ///
    /// - Parameter changes: Of each note that differs from what was read, the texts before and after.
    mutating func extend(
        to tree: ObjectID, _ changes: [(old: Set<ObjectID>, new: Set<ObjectID>)], terms wanted: [Term],
        reading read: (ObjectID) throws -> [UInt8]
    ) throws {
        var numbers: [ObjectID: Int] = [:]
        for index in 0..<texts.count { numbers[texts[index].id] = index }
        let searches = wanted.map { ($0, FieldSearch($0.field)) }
        for change in changes {
            for (blobs, step) in [
                (change.old.subtracting(change.new), -1), (change.new.subtracting(change.old), 1),
            ] {
                for blob in blobs.sorted() {
                    let number = numbers[blob] ?? texts.append(TextRow(blob))
                    if numbers.updateValue(number, forKey: blob) == nil {
                        let text = try read(blob)
                        for (term, search) in searches {
                            for value in Set(search.values(in: text))
                            where term.values?.contains(value) ?? true {
                                terms.append(
                                    TermRow(hash: Self.hash(term.field, value), text: UInt32(number)))
                            }
                        }
                    }
                    uses.append(UseRow(text: UInt32(number), step: Int32(step)))
                }
            }
        }
        trees.append(TextRow(tree))
    }
}

extension RecordTables: IndexContent {
    mutating func visit(_ visitor: inout some ColumnVisitor) {
        visitor.visit(&trees)
        visitor.visit(&texts)
        visitor.visit(&terms)
        visitor.visit(&uses)
    }

    mutating func visitPlaces(_ visitor: inout some ColumnVisitor) {
        visitor.visit(&places.slots)
        places.covered = terms.count
    }

    /// Forgets texts that no note has any more, and gives all values their places.
    mutating func settle() {
        let counts = counts
        var settled = RecordTables()
        if let tree { settled.trees.append(TextRow(tree)) }
        var numbers = [UInt32?](repeating: nil, count: texts.count)
        for old in counts.indices where counts[old] > 0 {
            let number = UInt32(settled.texts.append(texts[old]))
            numbers[old] = number
            settled.uses.append(UseRow(text: number, step: counts[old]))
        }
        var newest: [UInt64: UInt32] = [:]
        for term in terms {
            guard let text = numbers[Int(term.text)] else { continue }
            let row = TermRow(hash: term.hash, text: text, next: newest[term.hash] ?? 0)
            newest[term.hash] = UInt32(settled.terms.append(row)) + 1
        }
        settled.places = Lookup(newest)
        settled.places.covered = settled.terms.count
        self = settled
    }

    var isSound: Bool {
        let (texts, slots) = (texts.count, places.slots.count)
        guard slots & (slots - 1) == 0 || slots == 0, uses.allSatisfy({ Int($0.text) < texts }) else {
            return false
        }
        var row = 0
        var isSound = true
        terms.withRows(in: 0..<terms.count) { rows in
            for index in rows.indices {
                // Those that follow come before: a chain of them ends.
                isSound = isSound && Int(rows[index].text) < texts && Int(rows[index].next) <= row
                row += 1
            }
        }
        var free = slots == 0
        places.slots.withRows(in: 0..<slots) { rows in
            for index in rows.indices {
                isSound = isSound && Int(rows[index]) <= terms.count
                free = free || rows[index] == 0
            }
        }
        return isSound && free && places.covered <= terms.count
    }
}
