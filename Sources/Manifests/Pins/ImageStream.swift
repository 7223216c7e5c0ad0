/// OpenShift's image streams: a tag of the cluster's own registry, and the image that it stands for.
enum ImageStream {
    static func read(_ resource: Resource, into reading: inout Reading) {
        for tag in resource.content["spec"]?["tags"]?.items ?? [] {
            guard let from = tag["from"], from["kind"]?.string == "DockerImage", let value = from["name"],
                let image = value.string.flatMap(ImageReference.init), image.version != Version(),
                let use = resource.use(
                    value, artifact: Artifact(.image, image.name), form: .reference(prefix: ""))
            else { continue }
            reading.uses.append(use)
        }
    }
}
