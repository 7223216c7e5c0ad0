internal import YAML

/// A file in which nothing but versions has changed of late, with those who read it.
final class FollowedFile {
    var template: PinTemplate
    let readers: [TrackedUnit]

    /// Nil where a version in it may make an app of something else.
    ///
    /// - Parameters:
    ///   - readers: The units that are made of it, with their apps.
    init?(_ path: String, _ yaml: YAMLFile, readers: [(unit: TrackedUnit, apps: [AppSnapshot])]) {
        var pins: [Pin] = []
        for app in readers.flatMap(\.apps) {
            // A Git ref may be an app's because an image beside it, in the same file, has the same version.
            let isBesideRef = app.slots.contains { slot in
                slot.artifact.kind == .git && slot.pins.first?.file == path
            }
            if app.unit.app == nil, isBesideRef { return nil }
            pins += app.slots.flatMap { $0.pins + $0.hidden }.filter { $0.file == path }
        }
        template = PinTemplate(yaml, pins)
        self.readers = readers.map(\.unit)
        for unit in self.readers { unit.followed.insert(path) }
    }
}
