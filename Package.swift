// swift-tools-version: 6.2
import PackageDescription

/// Two ways to link. By default the system's shared libraries, found through pkg-config.
/// `GX_STATIC=1` links Debian 12's static archives instead, for the release executable:
///
///     GX_STATIC=1 swift build -c release -Xswiftc -static-executable --product gx
let isStatic = Context.environment["GX_STATIC"] == "1"

func systemLibrary(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: isStatic ? nil : pkgConfig, providers: [.apt([apt])])
}

/// Static archives, in the order in which each needs the next.
func archives(_ names: String...) -> [LinkerSetting] {
    isStatic ? names.map { .linkedLibrary(":\($0)") } : []
}

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], linking: [LinkerSetting] = []
) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict, linkerSettings: linking)
}

/// - Parameter reading: Files that the tests find by their own path.
func tests(
    _ name: String, _ dependencies: [Target.Dependency], reading: [String] = []
) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, exclude: reading,
        swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
}

let package = Package(
    name: "gx",
    products: [
        .executable(name: "gx", targets: ["gx"])
    ],
    dependencies: [
        // Exact, since the completion scripts in completions/ are its work.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
    ],
    targets: [
        systemLibrary("CLibGit2", pkgConfig: "libgit2", apt: "libgit2-dev"),
        systemLibrary("CLibYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
        systemLibrary("CLibCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        .target(name: "CStandIns", cSettings: isStatic ? [.define("GX_STATIC")] : []),

        module("System", ["CStandIns"]),
        module(
            "Git", ["System", "CLibGit2", "CStandIns"],
            linking: archives("libgit2.a", "libpcre2-8.a", "libz.a")),
        module("YAML", ["System", "CLibYAML"], linking: archives("libyaml.a")),
        module("Manifests", ["YAML", "Git", "System"]),
        module("Ledger", ["Manifests", "YAML", "Git", "System"]),
        module("Delivery", ["Ledger", "Manifests", "YAML", "Git", "System"]),
        module("Answers", ["Delivery", "Ledger", "Manifests", "YAML", "Git", "System"]),
        module("Secrets", ["CLibCrypto", "YAML", "Git", "System"], linking: archives("libcrypto.a")),
        module("Terminal", ["System"]),
        .executableTarget(
            name: "gx",
            dependencies: [
                "Answers", "Delivery", "Secrets", "Terminal", "Ledger", "Manifests", "YAML", "Git", "System",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "gx-bench",
            dependencies: [
                "Ledger", "Manifests", "Terminal", "Git", "System",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        tests("Terminal", ["Terminal", "System"]),
        tests(
            "CommandLine", ["gx", "Answers", "Delivery", "Manifests", "YAML", "Git", "System", "TestSupport"]),
        tests("Ledger", ["Ledger", "Manifests", "YAML", "Git", "System", "TestSupport"]),
        tests("Delivery", ["Delivery", "Ledger", "Manifests", "YAML", "Git", "System", "TestSupport"]),
        .executableTarget(name: "gx-proof", dependencies: ["YAML", "System"], swiftSettings: strict),
        tests("YAML", ["YAML", "System"]),
        tests("Secrets", ["Secrets", "System"], reading: ["Snippets"]),
        tests("Manifests", ["Manifests", "YAML", "Git", "System", "TestSupport"]),
        .target(
            name: "TestSupport", dependencies: ["Git", "System"], path: "Tests/TestSupport",
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        tests("Git", ["Git", "System", "TestSupport"]),
        tests("System", ["System", "TestSupport"]),
        tests(
            "Fuzz", ["Secrets", "Ledger", "Manifests", "YAML", "Git", "System", "TestSupport"],
            reading: ["Fuzz.swift", "run", "seeds"]),
    ]
)
