/// A Git ref that stands beside an image of the same version belongs to that image's app.
struct ImagesBeside {
    private var apps: [String: [(version: Version, app: String)]] = [:]

    init(_ reading: Reading) {
        guard reading.uses.contains(where: { $0.artifact.kind == .git }) else { return }
        for use in reading.uses where use.artifact.kind == .image {
            for pin in use.pins { apps[pin.file, default: []].append((pin.version, use.app)) }
        }
    }

    func app(of use: Use) -> String {
        guard use.artifact.kind == .git, let pin = use.pins.first else { return use.app }
        return apps[pin.file]?.first { $0.version == pin.version }?.app ?? use.app
    }
}
