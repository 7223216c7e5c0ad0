internal import Git
internal import Ledger
internal import Manifests
internal import System

/// The branch that a promotion is proposed on: `gx/promote/ENVIRONMENT/APP`, the same for the same environments and
/// apps, so that a newer promotion meets the one that is open. A rollback's is `gx/rollback/ENVIRONMENT/APP`, that of
/// a hold `gx/hold/ENVIRONMENT/APP-HASH`, and that of a lock or an approval `gx/gate/ENVIRONMENT/APP-HASH`.
enum PromotionBranch {
    static let prefixes = ["gx/promote/", "gx/rollback/", "gx/hold/", "gx/gate/"]

    static func name(of step: Step) throws -> String {
        let words = step.words.map { $0.app ?? "all" }
        let apps = unique(step.changes.map(\.app) + step.holds.map(\.app) + words)
        let kind =
            step.restoration != nil
            ? 1 : !step.changes.isEmpty ? 0 : !step.holds.isEmpty ? 2 : words.isEmpty ? 0 : 3
        let name = try name(prefixes[kind], step.environments, apps)
        guard kind > 1 else { return name }
        // What one says is not replaced by what another says, or says besides.
        let said = step.holds.map(\.line) + step.words.map(\.line) + [try step.base.repository.identity()]
        return name + "-" + (try ObjectID.hash(ofBlob: Array(said.joined(separator: "\n").utf8)).short)
    }

    static func isPromotion(_ name: String) -> Bool { name.hasPrefix(prefixes[0]) }

    static func isRollback(_ name: String) -> Bool { name.hasPrefix(prefixes[1]) }

    /// Of a promotion of one app to one environment.
    static func name(environment: String, app: String) throws -> String {
        try name(prefixes[0], [environment], [app])
    }

    private static func name(_ prefix: String, _ environments: [String], _ apps: [String]) throws -> String {
        try prefix + part(environments.isEmpty ? ["all"] : environments) + "/"
            + part(apps.isEmpty ? ["configuration"] : apps)
    }

    /// Names in one component of a ref; where they don't fit as they are, with a hash that keeps them apart.
    private static func part(_ names: [String]) throws -> String {
        let exact = names.sorted().joined(separator: "+")
        var text = String(exact.replacing("/", with: "--").map { isPlain($0) ? $0 : "-" })
        while text.contains("..") { text = text.replacing("..", with: ".-") }
        if text.hasPrefix(".") { text = "-" + text.dropFirst() }
        text = String(text.prefix(60))
        let isSame = text == exact.replacing("/", with: "--")
        if isSame, !text.hasSuffix(".lock"), !text.hasSuffix(".") { return text }
        return text + "-" + (try ObjectID.hash(ofBlob: Array(exact.utf8)).short)
    }

    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "+-_.".contains(character))
    }
}
