internal import Git
internal import Ledger
internal import Manifests

extension Plan {
    /// The plan with a refusal for what it says and nobody would believe: where gx.yaml wants signatures (`trust:`), and
    /// git does not sign here.
    func wantingSignatures(_ configuration: Configuration, in repository: Repository) throws -> Plan {
        guard !configuration.signers.isEmpty, try !repository.isTrue("commit.gpgSign") else { return self }
        var plan = self
        for step in steps {
            let lines =
                step.words.map(\.line) + step.holds.filter { $0.act == .unhold }.map(\.line)
                + step.evidence.filter { OverrideTrailer(line: $0) != nil }
            guard let line = lines.first else { continue }
            plan.refusals.append(
                Refusal(
                    code: .unsigned, environment: step.environments.first ?? "",
                    message: "gx.yaml lets only signed commits say '\(line)', and git does not sign here",
                    hint: "set user.signingKey (with gpg.format ssh for a key of SSH) and commit.gpgSign true"
                ))
        }
        return plan
    }
}
