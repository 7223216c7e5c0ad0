public import Manifests
internal import YAML

/// One artifact of one app that is to get another version: what a promotion or a rollback comes to,
/// before it is known which file says so.
public struct Move: Sendable {
    public var target: AppSnapshot
    public var slot: Slot
    public var version: Version
    /// The environment that the version comes from.
    public var source: String?
    /// Where the version stands there.
    public var sourceSlot: Slot?
    /// For an override that came since, the file that it stands in as it was before: what it hides has the version, so
    /// it is taken away. Nil to write the version.
    var fileBefore: Before?

    enum Before: Sendable {
        case missing
        case file(YAMLFile)
    }

    /// The version as far as the target has room for it: a tag field takes no digest.
    var fitting: Version {
        let hasDigest = slot.pins.isEmpty || slot.pins.contains(where: \.holdsDigest)
        return hasDigest || version.tag == nil ? version : Version(tag: version.tag)
    }

    /// Whether the target has it. What has the same digest is the same, whatever it is called: nobody is to be bothered
    /// with it who did not ask for the text.
    var isDone: Bool {
        slot.version == fitting
            || source != nil && version.digest != nil && slot.version.digest == version.digest
    }
}

extension Move {
    /// Why it can't be made.
    func refusal(_ code: Refusal.Code, _ message: String, hint: String? = nil) -> Refusal {
        Refusal(code: code, environment: target.environment, app: target.app, message: message, hint: hint)
    }
}
