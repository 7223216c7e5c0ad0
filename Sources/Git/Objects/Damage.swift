internal import Synchronization

/// An object that is missing or damaged, and that was left out of what has been read.
public struct Damage: Hashable, Sendable, CustomStringConvertible {
    public let id: ObjectID
    /// A path, or what kind of thing it is: `a note`.
    public let what: String
    public let reason: String
    /// Whether only history needs it: what is there now does not.
    public let isPast: Bool

    public var description: String { "\(what): \(reason)" }
}

extension Damage {
    private struct Journal {
        var all: [Damage] = []
        var places: [ObjectID: Int] = [:]
    }

    /// Of all repositories and threads of this process: whoever answers asks at the end what the answer lacks.
    private static let journal = Mutex(Journal())

    /// What has been left out so far, each object once.
    public static var met: [Damage] { journal.withLock { $0.all } }

    fileprivate static func note(_ damage: Damage) {
        journal.withLock { journal in
            guard let place = journal.places[damage.id] else {
                journal.places[damage.id] = journal.all.count
                return journal.all.append(damage)
            }
            if !damage.isPast { journal.all[place] = damage }
        }
    }
}

/// Whether something was left out of what has been read.
final class DamageMark: Sendable {
    let isSet = Atomic(false)
}

extension GitError {
    /// Whether it says of one object that it can't be had: the others may be sound.
    var isDamage: Bool {
        switch self {
        case .missingObject(_, let isShallow): !isShallow
        case .badObject, .libgit2: true
        default: false
        }
    }
}

extension Repository {
    /// What `read` gives; nil, and a note of it, where the object is missing or damaged. Where that is because a clone
    /// is shallow or another error is met, it is thrown.
    ///
    /// - Parameters:
    ///   - what: Its path, or what it is.
    ///   - isPast: Whether only history needs it.
    public func ifSound<Result>(
        _ id: ObjectID, what: @autoclosure () -> String, isPast: Bool = false,
        read: () throws(GitError) -> Result
    ) throws(GitError) -> Result? {
        do {
            return try read()
        } catch  where error.isDamage {
            note(Damage(id: id, what: what(), reason: "\(error)", isPast: isPast))
            return nil
        }
    }

    /// Whether anything that was read of this repository was missing or damaged, and left out.
    public var hasDamage: Bool { damage.isSet.load(ordering: .relaxed) }

    func note(_ damage: Damage) {
        self.damage.isSet.store(true, ordering: .relaxed)
        Damage.note(damage)
    }

    /// The bytes of a file; nil, and a note of it, where they are missing or damaged.
    public func soundBlob(
        _ id: ObjectID, _ what: @autoclosure () -> String, isPast: Bool = false
    ) throws(GitError) -> [UInt8]? {
        try ifSound(id, what: what(), isPast: isPast) { () throws(GitError) in try blob(id) }
    }
}
