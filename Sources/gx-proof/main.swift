// Checks gx's parts against real files, with random changes. A tool of this repository, for its
// developers: Tests/Proofs has the scripts that run it and judge what it writes.
//
//     gx-proof parse FILES                      how fast the listed files are parsed
//     gx-proof edit FILES SEED COUNT DIRECTORY  random edits, each with the edited file
//     gx-proof mutate FILES SEED COUNT          parses and edits damaged files; must not crash
//     gx-proof windows                          when windows are open, asked on standard input

internal import Glibc
internal import YAML

let arguments = CommandLine.arguments.dropFirst()
do throws(ProofError) {
    switch (arguments.first, arguments.count) {
    case ("parse", 2): try parse(try Sample(listedIn: arguments[2]))
    case ("edit", 5):
        try edit(
            try Sample(listedIn: arguments[2]), seed: try number(arguments[3]),
            count: try number(arguments[4]),
            into: arguments[5])
    case ("mutate", 4):
        mutate(
            try Sample(listedIn: arguments[2]), seed: try number(arguments[3]),
            count: try number(arguments[4]))
    case ("windows", 1): windows()
    default:
        throw ProofError(
            message: "usage: gx-proof parse|edit|mutate FILES [SEED COUNT [DIRECTORY]], or gx-proof windows")
    }
} catch {
    write(2, "gx-proof: \(error.message)\n")
    exit(2)
}

func number(_ text: String) throws(ProofError) -> UInt64 {
    guard let number = UInt64(text) else { throw ProofError(message: "not a number: \(text)") }
    return number
}
