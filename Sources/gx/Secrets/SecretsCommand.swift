import ArgumentParser

struct SecretsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets",
        abstract: "Keep secrets in Git, encrypted for their readers by age, in the format of SOPS.",
        examples: [
            "gx secrets keygen --out key.txt": "a key of your own",
            "gx secrets set prod API_KEY": "a value, typed without being shown",
            "gx secrets edit prod": "a file in your editor",
            "gx secrets list --missing": "which environment lacks which key",
            "gx secrets check --staged": "what must not be committed",
        ],
        subcommands: [
            SecretsKeygen.self, SecretsSet.self, SecretsGet.self, SecretsEdit.self, SecretsView.self,
            SecretsEncrypt.self,
            SecretsDecrypt.self, SecretsList.self, SecretsReaders.self, SecretsRotate.self, SecretsCopy.self,
            SecretsDiff.self,
            SecretsCheck.self, SecretsApply.self, SecretsExec.self, SecretsInstall.self, SecretsMerge.self,
            SecretsResolve.self,
        ])

    @OptionGroup(title: "Global options") var global: GlobalOptions
}
