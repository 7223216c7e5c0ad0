import ArgumentParser

/// Commands by the words that name them.
///
/// A command's declaration costs a program that starts pages of memory: of all of them only the one that is asked for is
/// touched. A test holds the table to `subcommands` of the declarations.
enum CommandTable {
    /// - Parameter path: As on the command line, without `gx`: `secrets set`. Empty for `gx` itself.
    static func command(_ path: String) -> (any ParsableCommand.Type)? {
        switch path {
        case "": GX.self
        case "init": Init.self
        case "status": Status.self
        case "promote": Promote.self
        case "rollback": RollbackCommand.self
        case "verify": Verify.self
        case "trace": Trace.self
        case "leadtime": LeadTime.self
        case "fleet": FleetCommand.self
        case "secrets": SecretsCommand.self
        case "hook": Hook.self
        case "demo": Demo.self
        default: below(path)
        }
    }

    private static func below(_ path: String) -> (any ParsableCommand.Type)? {
        switch path {
        case "trace where": TraceSubject.self
        case "trace log": TraceLog.self
        case "trace diff": TraceDiff.self
        case "trace release": TraceRelease.self
        case "trace explain": TraceExplain.self
        case "trace bisect": TraceBisect.self
        case "trace receipt": TraceReceipt.self
        case "trace record": TraceRecord.self
        case "trace sync": TraceSync.self
        case "trace export": TraceExport.self
        case "fleet change": FleetChangeCommand.self
        case "fleet status": FleetStatusCommand.self
        case "fleet merge": FleetMergeCommand.self
        case "fleet close": FleetCloseCommand.self
        case "secrets keygen": SecretsKeygen.self
        case "secrets set": SecretsSet.self
        case "secrets get": SecretsGet.self
        case "secrets edit": SecretsEdit.self
        case "secrets view": SecretsView.self
        case "secrets encrypt": SecretsEncrypt.self
        case "secrets decrypt": SecretsDecrypt.self
        case "secrets list": SecretsList.self
        case "secrets readers": SecretsReaders.self
        case "secrets rotate": SecretsRotate.self
        case "secrets copy": SecretsCopy.self
        case "secrets diff": SecretsDiff.self
        case "secrets check": SecretsCheck.self
        case "secrets apply": SecretsApply.self
        case "secrets exec": SecretsExec.self
        case "secrets install": SecretsInstall.self
        case "secrets merge": SecretsMerge.self
        case "secrets resolve": SecretsResolve.self
        default: nil
        }
    }

    /// The command that the first words of a command line name, and how many they are.
    static func command(
        named words: some Collection<String>
    ) -> (command: any ParsableCommand.Type, path: [String]) {
        var found: (command: any ParsableCommand.Type, path: [String]) = (GX.self, [])
        for word in words {
            let path = found.path + [word]
            guard !word.contains(" "), let command = command(path.joined(separator: " ")) else { break }
            found = (command, path)
        }
        return found
    }
}
