import System
import Testing

@testable import Manifests

/// Images in plain manifests.
struct KubernetesTests {
    @Test(
        "Every kind with a pod template",
        arguments: [
            ("v1", "Pod", "{ spec: %@ }"),
            ("v1", "ReplicationController", "{ spec: { template: { spec: %@ } } }"),
            ("v1", "PodTemplate", "{ template: { spec: %@ } }"),
            ("apps/v1", "Deployment", "{ spec: { template: { spec: %@ } } }"),
            ("apps/v1", "StatefulSet", "{ spec: { template: { spec: %@ } } }"),
            ("apps/v1", "DaemonSet", "{ spec: { template: { spec: %@ } } }"),
            ("apps/v1", "ReplicaSet", "{ spec: { template: { spec: %@ } } }"),
            ("batch/v1", "Job", "{ spec: { template: { spec: %@ } } }"),
            ("batch/v1", "CronJob", "{ spec: { jobTemplate: { spec: { template: { spec: %@ } } } } }"),
            ("argoproj.io/v1alpha1", "Rollout", "{ spec: { template: { spec: %@ } } }"),
            ("serving.knative.dev/v1", "Service", "{ spec: { template: { spec: %@ } } }"),
            ("example.com/v1", "Fleet", "{ spec: { pools: [ { pods: %@ } ] } }"),
        ])
    func everyKind(apiVersion: String, kind: String, body: String) throws {
        let containers = "{ containers: [ { name: api, image: acme/api:1.4 } ] }"
        let rest = body.replacing("%@", with: containers).dropFirst().dropLast()
        let scene = try Scene([
            "prod/api.yaml": "{ apiVersion: \(apiVersion), kind: \(kind), metadata: { name: api }, \(rest) }"
        ])
        #expect(try scene.versions("prod") == ["acme/api 1.4"])
        #expect(
            try scene.app("api", in: "prod").slots[0].workloads == [
                Workload(kind: kind, name: "api", container: "api")
            ])
    }

    @Test(
        "Kinds that a cluster learns: images by their keys, versions where an operator tells the image",
        arguments: [
            ("tekton.dev/v1", "Task", "steps: [ { name: a, image: 'acme/api:1' } ]", "acme/api 1"),
            (
                "argoproj.io/v1alpha1", "WorkflowTemplate",
                "templates: [ { name: a, container: { image: 'acme/api:1' } } ]", "acme/api 1"
            ),
            (
                "argoproj.io/v1alpha1", "ArgoCD", "image: quay.io/argocd, version: v2.8.1",
                "quay.io/argocd v2.8.1"
            ),
            ("monitoring.coreos.com/v1", "Prometheus", "version: v2.50.0", "prometheus v2.50.0"),
            (
                "monitoring.coreos.com/v1", "Prometheus",
                "image: 'acme/prometheus:v2.50.0', version: v2.50.0",
                "acme/prometheus v2.50.0"
            ),
            ("kafka.strimzi.io/v1beta2", "Kafka", "kafka: { version: 3.7.0 }", "kafka 3.7.0"),
            ("kafka.strimzi.io/v1beta2", "Kafka", "kafka: { image: 'acme/kafka:3' }", "acme/kafka 3"),
            ("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", "version: 8.13.0", "elasticsearch 8.13.0"),
            (
                "actions.summerwind.dev/v1", "RunnerDeployment", "template: { spec: { image: 'a/r:1' } }",
                "a/r 1"
            ),
            (
                "operator.victoriametrics.com/v1", "VMSingle", "image: { repository: vm/single, tag: v1.9 }",
                "vm/single v1.9"
            ),
            ("pkg.crossplane.io/v1", "Provider", "package: 'xpkg.io/acme/aws:v1.2'", "xpkg.io/acme/aws v1.2"),
            (
                "keda.sh/v1alpha1", "ScaledJob",
                "jobTargetRef: { template: { spec: { containers: [ { name: a, image: 'acme/job:1' } ] } } }",
                "acme/job 1"
            ),
            (
                "helm.cattle.io/v1", "HelmChart",
                "chart: web, repo: https://charts.example.com, version: 1.2.3",
                "https://charts.example.com/web 1.2.3"
            ),
        ])
    func customResources(apiVersion: String, kind: String, spec: String, expected: String) throws {
        let scene = try Scene([
            "prod/api.yaml":
                "{ apiVersion: \(apiVersion), kind: \(kind), metadata: { name: api }, spec: { \(spec) } }"
        ])
        #expect(try scene.versions("prod") == [expected])
        #expect(try scene.apps("prod") == ["api"])
    }

    @Test(
        "A version beside an image moves with it where both say the same, with and without v",
        arguments: [
            ("v2.50.0", ["image v2.51.0", "version v2.51.0"]),
            ("2.50.0", ["image v2.51.0", "version 2.51.0"]),
            ("v2.49.0", ["image v2.51.0"]),
        ])
    func versionBesideImage(version: String, expected: [String]) throws {
        let spec = "image: 'acme/prometheus:v2.50.0', version: \(version)"
        let scene = try Scene([
            "prod/p.yaml":
                "{ apiVersion: monitoring.coreos.com/v1, kind: Prometheus, metadata: { name: p }, spec: { \(spec) } }"
        ])
        let app = try scene.app("p", in: "prod")
        let slot = try #require(app.slots.first)
        #expect(slot.version == Version("v2.50.0"))
        let texts = slot.pins.map { pin in
            let text = pin.text(for: Version("v2.51.0")) ?? ""
            return "\(pin.path)".split(separator: ".").last.map {
                "\($0) \(text.replacing("acme/prometheus:", with: ""))"
            } ?? ""
        }
        #expect(texts == expected)
        #expect(app.notes.isEmpty == (expected.count == 2))
    }

    @Test("Kinds that only speak of images run none")
    func policies() throws {
        let rule = "rules: [ { validate: { pattern: { image: 'acme/api:1' } } } ]"
        let scene = try Scene([
            "prod/p.yaml":
                "{ apiVersion: kyverno.io/v1, kind: ClusterPolicy, metadata: { name: p }, spec: { \(rule) } }"
        ])
        #expect(try scene.versions("prod") == [])
    }

    @Test("Init and ephemeral containers")
    func allContainers() throws {
        let scene = try Scene([
            "prod/api.yaml": """
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: api }
            spec:
              template:
                spec:
                  initContainers: [ { name: migrate, image: "acme/migrate:3" } ]
                  containers: [ { name: api, image: "acme/api:1" }, { name: proxy, image: "acme/proxy:2" } ]
                  ephemeralContainers: [ { name: debug, image: "acme/debug:4" } ]
            """
        ])
        #expect(
            try scene.pins("prod") == [
                "acme/migrate 3 from prod/api.yaml spec.template.spec.initContainers[0].image",
                "acme/api 1 from prod/api.yaml spec.template.spec.containers[0].image",
                "acme/proxy 2 from prod/api.yaml spec.template.spec.containers[1].image",
                "acme/debug 4 from prod/api.yaml spec.template.spec.ephemeralContainers[0].image",
            ])
    }

    @Test("Documents of a stream, lists of objects, and lists of a kind")
    func streamsAndLists() throws {
        let one =
            #"{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [ { name: a, image: "a:1" } ] } }"#
        let two =
            #"{ apiVersion: v1, kind: Pod, metadata: { name: b }, spec: { containers: [ { name: b, image: "b:2" } ] } }"#
        let scene = try Scene([
            "prod/stream.yaml": "---\n\(one)\n---\n\(two)\n",
            "staging/list.yaml": "apiVersion: v1\nkind: List\nitems: [ \(one), \(two) ]\n",
            "dev/pods.yaml": "apiVersion: v1\nkind: PodList\nitems: [ \(one), \(two) ]\n",
        ])
        #expect(
            try scene.pins("prod") == [
                "a 1 from prod/stream.yaml spec.containers[0].image",
                "b 2 from prod/stream.yaml spec.containers[0].image",
            ])
        #expect(try scene.app("b", in: "prod").slots[0].pins[0].document == 1)
        #expect(
            try scene.pins("staging") == [
                "a 1 from staging/list.yaml items[0].spec.containers[0].image",
                "b 2 from staging/list.yaml items[1].spec.containers[0].image",
            ])
        #expect(try scene.versions("dev") == ["a 1", "b 2"])
    }

    @Test("Custom resource definitions run nothing")
    func definitions() throws {
        let scene = try Scene([
            "prod/crd.yaml": """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: { name: fleets.example.com }
            spec: { versions: [ { schema: { containers: [ { name: x, image: "x:1" } ] } } ] }
            """
        ])
        #expect(try scene.versions("prod") == [])
    }

    @Test("A digest, a registry's port, no version at all")
    func references() throws {
        let digest = "sha256:" + String(repeating: "0a", count: 32)
        let scene = try Scene([
            "prod/api.yaml": deployment(
                "api", "localhost:5000/api@\(digest)", "localhost:5000/side:2@\(digest)", "plain")
        ])
        #expect(
            try scene.versions("prod") == [
                "localhost:5000/api \(digest)", "localhost:5000/side 2@\(digest)", "plain (none)",
            ])
    }

    @Test("JSON manifests")
    func json() throws {
        let scene = try Scene([
            "prod/pod.json":
                #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"a","image":"a:1"}]}}"#
        ])
        #expect(try scene.pins("prod") == ["a 1 from prod/pod.json spec.containers[0].image"])
    }

    @Test("Substitutions are left alone, and said so")
    func substitutions() throws {
        let scene = try Scene([
            "prod/api.yaml": deployment("api", "acme/api:${TAG}", "acme/side:1"),
            "staging/api.yaml": deployment("api", "acme/api:{{ .Values.tag }}"),
            "dev/api.yaml": deployment("api", "acme/api:$(TAG)"),
        ])
        #expect(try scene.versions("prod") == ["acme/side 1"])
        for environment in ["prod", "staging", "dev"] {
            #expect(
                try scene.notes(environment) == [
                    "\(environment)/api.yaml: Deployment/api: the image is filled in elsewhere"
                ])
        }
    }

    @Test("What a template fills in is left alone, and said so")
    func filledIn() throws {
        let body = "spec: { containers: [ { name: a, image: {{ .Values.image }} } ] }"
        let scene = try Scene(["prod/pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n\(body)\n"]
        )
        #expect(try scene.versions("prod") == [])
        let note = try #require(try scene.notes("prod").first)
        #expect(note.hasPrefix("prod/pod.yaml: ") && note.contains("filled in elsewhere"))
    }

    @Test(
        "What stands in a template as it is, is a version",
        arguments: [
            "{{- if .Values.enabled }}\nspec: { containers: [ { name: a, image: \"a:1\" } ] }\n{{- end }}",
            "spec:\n  containers:\n  - name: a\n    image: a:1\n    args: {{ .Values.args }}",
        ])
    func written(body: String) throws {
        let scene = try Scene(["prod/pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n\(body)\n"]
        )
        #expect(try scene.versions("prod") == ["a 1"])
    }

    @Test("Text that is no image, and a file that is no YAML, are said to be so")
    func unreadable() throws {
        let scene = try Scene([
            "prod/pod.yaml": deployment("api", "not an image"), "staging/broken.yaml": "a: [ 1\nb: 2\n",
        ])
        #expect(try scene.notes("prod") == ["prod/pod.yaml: Deployment/api: 'not an image' is not an image"])
        #expect(try scene.notes("staging").first?.hasPrefix("staging/broken.yaml: line ") == true)
    }
}
