import Git
import Ledger
import Manifests
import System
import Testing
import YAML

@testable import Delivery

private let commit = "1111111111111111111111111111111111111111"
private let older = "2222222222222222222222222222222222222222"

/// How a cluster stands to `commit`, by the JSON that `kubectl` prints.
@Suite struct ClusterTests {
    private func json(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8)) }

    private func standing(_ report: ClusterReport) -> ClusterStanding {
        ClusterStanding(report) { [commit: true, older: false][$0] }
    }

    @Test(
        arguments: [
            (
                #"{"sync":{"status":"Synced","revision":"C"},"health":{"status":"Healthy"}}"#, .arrived,
                "synced"
            ),
            (
                #"{"sync":{"status":"Synced","revision":"O"},"health":{"status":"Healthy"}}"#, .waiting,
                "at 222222222"
            ),
            // What is degraded at another commit is not this one's fault.
            (
                #"{"sync":{"status":"Synced","revision":"O"},"health":{"status":"Degraded"}}"#, .waiting,
                "at 222222222"
            ),
            (
                #"{"sync":{"status":"OutOfSync","revision":"C"},"health":{"status":"Healthy"}}"#, .waiting,
                "out of sync"
            ),
            (
                #"{"sync":{"status":"Synced","revision":"C"},"health":{"status":"Progressing"}}"#, .waiting,
                "progressing"
            ),
            (
                #"{"sync":{"status":"Synced","revision":"C"},"health":{"status":"Degraded"}}"#, .degraded,
                "degraded"
            ),
            (
                #"{"sync":{"status":"Synced","revision":"C"},"health":{"status":"Suspended"}}"#, .unknown,
                "suspended"
            ),
            // What could not be compared has not failed.
            (
                #"{"sync":{"status":"Unknown","revision":"C"},"health":{"status":"Healthy"}}"#, .unknown,
                "unknown"
            ),
            (
                #"{"sync":{"status":"OutOfSync","revision":"C"},"conditions":[{"type":"ComparisonError","message":"refused"}]}"#,
                .unknown, "unknown"
            ),
            (
                #"{"sync":{"status":"OutOfSync","revision":"C"},"operationState":{"phase":"Failed","message":"no","syncResult":{"revision":"C"}}}"#,
                .degraded, "degraded"
            ),
            // The sync that failed was another one's.
            (
                #"{"sync":{"status":"OutOfSync","revision":"C"},"operationState":{"phase":"Failed","syncResult":{"revision":"O"}}}"#,
                .waiting, "out of sync"
            ),
            (
                #"{"sync":{"status":"Synced","revisions":["1.2.3","C"]},"health":{"status":"Healthy"}}"#,
                .arrived,
                "synced"
            ),
            (
                #"{"sync":{"status":"Synced","revision":"1.2.3"},"health":{"status":"Healthy"}}"#, .unknown,
                "synced"
            ),
            (#"{}"#, .waiting, "out of sync"),
        ] as [(String, ClusterStanding.Progress, String)])
    func argocd(_ status: String, _ progress: ClusterStanding.Progress, _ state: String) throws {
        let text = status.replacing("\"C\"", with: "\"\(commit)\"").replacing("\"O\"", with: "\"\(older)\"")
        let standing = standing(ClusterReport(argocd: try json(#"{"status":\#(text)}"#), pinned: [:]))
        #expect(standing.progress == progress)
        #expect(standing.state == state)
    }

    @Test(
        "Versions that the Application puts over those of Git itself make it unknown what the commit runs",
        arguments: [
            (#""kustomize":{"images":["acme/api:1.0"]}"#, true),
            (#""kustomize":{"images":["acme/api:2.0"]}"#, false),
            (#""kustomize":{"images":["acme/api=mirror/api:1.0"]}"#, true),
            (#""kustomize":{"images":["acme/other:1.0"]}"#, false),
            (#""helm":{"parameters":[{"name":"image.tag","value":"1.0"}]}"#, true),
            (
                #""helm":{"parameters":[{"name":"image.tag","value":"2.0"},{"name":"replicas","value":"1"}]}"#,
                false
            ),
            (#""helm":{"parameters":[{"name":"image","value":"acme/api:1.0"}]}"#, true),
            (#""helm":{"valuesObject":{"image":{"repository":"acme/api","tag":"1.0"}}}"#, true),
            (#""helm":{"valuesObject":{"image":{"repository":"acme/api","tag":"2.0"}}}"#, false),
            (#""helm":{"valuesObject":{"image":{"tag":"1.0"}}}"#, true),
            (#""helm":{"valuesObject":{"image":{"tag":"2.0"},"sidecar":{"tag":"7"}}}"#, false),
            (#""helm":{"values":"image:\n  repository: acme/api\n  tag: \"1.0\"\n"}"#, true),
            (#""helm":{"values":"image:\n  repository: acme/api\n  tag: \"2.0\"\n"}"#, false),
            (#""helm":{"values":"web:\n  image: acme/api:1.0\n"}"#, true),
            (#""helm":{"values":"web: { image: { tag: 1.0 } }\n"}"#, true),
            (#""helm":{"values":"imageTag: v3\nreplicas: 2\n"}"#, true),
            (#""helm":{"values":"image: { repository: acme/other, tag: 9 }\nreplicas: 2\n"}"#, false),
        ])
    func argocdOverrides(_ source: String, _ isOther: Bool) throws {
        let status = #"{"sync":{"status":"Synced","revision":"\#(commit)"},"health":{"status":"Healthy"}}"#
        for spec in [#"{"source":{\#(source)}}"#, #"{"sources":[{},{\#(source)}]}"#] {
            let object = try json(#"{"spec":\#(spec),"status":\#(status)}"#)
            let standing = standing(ClusterReport(argocd: object, pinned: ["acme/api": Version("2.0")]))
            #expect(standing.progress == (isOther ? .unknown : .arrived))
            #expect(standing.detail?.contains("over what Git says") == (isOther ? true : nil))
        }
    }

    @Test(
        arguments: [
            (3, "main@sha1:C", "True", .arrived, "synced"),
            (3, "main/C", "True", .arrived, "synced"),
            // The controller has not seen the object as it is now.
            (2, "main@sha1:C", "True", .waiting, "progressing"),
            (3, "main@sha1:O", "True", .waiting, "at 222222222"),
            (3, "main@sha1:C", "False", .degraded, "degraded"),
            (3, "main@sha1:O", "False", .waiting, "at 222222222"),
            (3, "main@sha1:C", "Unknown", .waiting, "progressing"),
            (3, "latest@sha256:abc", "True", .unknown, "synced"),
        ] as [(Int, String, String, ClusterStanding.Progress, String)])
    func fluxKustomization(
        _ observed: Int, _ revision: String, _ ready: String, _ progress: ClusterStanding.Progress,
        _ state: String
    ) throws {
        let revision = revision.replacing("C", with: commit).replacing("O", with: older)
        let object = try json(
            #"""
            {"metadata":{"generation":3},"status":{"observedGeneration":\#(observed),
             "lastAppliedRevision":"\#(revision)","lastAttemptedRevision":"\#(revision)",
             "conditions":[{"type":"Ready","status":"\#(ready)","message":"why"}]}}
            """#)
        let standing = standing(ClusterReport(fluxKustomization: object))
        #expect(standing.progress == progress)
        #expect(standing.state == state)
    }

    @Test func aHelmReleaseRunsTheChartThatIsPinned() throws {
        let object = try json(
            #"""
            {"metadata":{"generation":1},"spec":{"chart":{"spec":{"chart":"podinfo","version":"6.5.0"}}},
             "status":{"observedGeneration":1,"history":[{"chartVersion":"6.5.0"}],
             "conditions":[{"type":"Ready","status":"True"}]}}
            """#)
        func progress(_ version: String) -> ClusterStanding.Progress {
            standing(
                ClusterReport(
                    fluxHelmRelease: object, pinned: ["charts.example.com/podinfo": Version(version)])
            ).progress
        }
        #expect(progress("6.5.0") == .arrived)
        #expect(progress("6.6.0") == .waiting)
        // What was not compared is not there.
        #expect(standing(ClusterReport(fluxHelmRelease: object, pinned: [:])).progress == .unknown)
        // Flux puts what it is made of behind the version, and chooses one where several will do.
        for (wanted, running, isThere) in [
            ("6.5.0", "6.5.0+1a2b3c", true), ("6.x", "6.5.0", true), ("6.5.0", "6.4.0", false),
        ] {
            let text = "\(object)".replacing("\"version\":\"6.5.0\"", with: "\"version\":\"\(wanted)\"")
                .replacing("\"chartVersion\":\"6.5.0\"", with: "\"chartVersion\":\"\(running)\"")
            let report = ClusterReport(fluxHelmRelease: try json(text), pinned: ["podinfo": Version(wanted)])
            #expect(standing(report).progress == (isThere ? .arrived : .waiting))
        }
        // Another chart than the one that is pinned.
        #expect(
            standing(
                ClusterReport(fluxHelmRelease: object, pinned: ["api": Version("6.5.0")], hasChart: true)
            )
            .progress == .unknown)
    }

    @Test func aHelmReleaseRunsTheImagesOfItsValues() throws {
        let object = try json(
            #"""
            {"metadata":{"generation":1},"spec":{"values":{"api":{"image":{"repository":"acme/api","tag":"2"}},
             "proxy":{"image":"acme/proxy:7"}}},
             "status":{"observedGeneration":1,"conditions":[{"type":"Ready","status":"True"}]}}
            """#)
        func progress(_ pinned: [String: String]) -> ClusterStanding.Progress {
            standing(ClusterReport(fluxHelmRelease: object, pinned: pinned.mapValues { Version(tag: $0) }))
                .progress
        }
        #expect(progress(["acme/api": "2", "acme/proxy": "7"]) == .arrived)
        #expect(progress(["acme/api": "2", "acme/proxy": "8"]) == .waiting)
        #expect(progress(["acme/web": "2"]) == .unknown)
    }

    private func workload(_ kind: String, _ spec: String, _ status: String, image: String = "acme/api:2")
        throws
        -> ClusterStanding
    {
        let object = try json(
            #"""
            {"kind":"\#(kind)","metadata":{"generation":2},
             "spec":{\#(spec),"template":{"spec":{"containers":[{"image":"\#(image)"},{"image":"proxy:1"}]}}},
             "status":{"observedGeneration":2,\#(status)}}
            """#)
        return standing(ClusterReport(workload: object, images: ["acme/api": Version("2")]))
    }

    /// As `kubectl rollout status` has it.
    @Test func workloads() throws {
        let three = #""replicas":3"#
        let done = #""replicas":3,"updatedReplicas":3,"availableReplicas":3"#
        #expect(try workload("Deployment", three, done).progress == .arrived)
        #expect(try workload("Deployment", three, done, image: "acme/api:1").state == "out of sync")
        #expect(try workload("Deployment", three, done, image: "acme/web:2").state == "out of sync")
        // By a digest, or another registry, nobody can tell; but a registry brings no other tag.
        let digest = "acme/api@sha256:" + String(repeating: "1", count: 64)
        for image in [digest, "mirror.example.com/acme/api:2"] {
            #expect(try workload("Deployment", three, done, image: image).progress == .unknown)
        }
        #expect(
            try workload("Deployment", three, done, image: "mirror.example.com/acme/api:1").state
                == "out of sync")
        let paused = three + #","paused":true"#
        #expect(try workload("Deployment", paused, done).progress == .arrived)
        let half = #""replicas":3,"updatedReplicas":1,"availableReplicas":3"#
        #expect(try workload("Deployment", three, half).detail == "1 of 3 pods are updated")
        #expect(try workload("Deployment", paused, half).state == "suspended")
        let old = #""replicas":4,"updatedReplicas":3,"availableReplicas":3"#
        #expect(try workload("Deployment", three, old).detail == "1 old pods are going")
        let stuck =
            done
            + #","conditions":[{"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded"}]"#
        #expect(try workload("Deployment", three, stuck).progress == .degraded)
        let daemons = #""desiredNumberScheduled":2,"updatedNumberScheduled":2,"numberAvailable":1"#
        #expect(try workload("DaemonSet", three, daemons).detail == "1 of 2 pods are available")
        let set = #""readyReplicas":3,"updatedReplicas":3,"currentRevision":"a","updateRevision":"b""#
        #expect(try workload("StatefulSet", three, set).progress == .waiting)
        #expect(
            try workload("StatefulSet", three, set.replacing(#""b""#, with: #""a""#)).progress == .arrived)
    }

    @Test func whatTheClusterDoesNotHaveCantBeTold() {
        #expect(standing(ClusterReport(.missing)).progress == .unknown)
    }

    // MARK: Waiting for it

    private func arrival(_ standing: @escaping (Milliseconds) -> ClusterStanding) throws -> (
        CheckResult, Milliseconds
    ) {
        let runner = SimulatedRunner { _, _ in .ended() }
        let look = Look(name: "application api", program: Subprocess("kubectl", [], purpose: "test")) { _ in
            standing(runner.elapsed)
        }
        let check = Arrival([look], every: 5000, grace: 30_000, patience: 600_000)
        return (try runner.finish(check), runner.elapsed)
    }

    @Test func itIsWaitedForUntilItIsThere() throws {
        let (result, time) = try arrival {
            $0 < 60_000 ? .init(.waiting, "out of sync") : .init(.arrived, "synced")
        }
        #expect(result.result == .passed)
        #expect(time == 60_000)
    }

    @Test func whatNeverArrivesHasFailed() throws {
        let (result, time) = try arrival { _ in .init(.waiting, "at 222222222") }
        #expect(result.result == .failed)
        #expect(result.detail == "for 10m")
        #expect(time == 600_000)
    }

    @Test func whatNeverAnswersCantBeTold() throws {
        let (result, _) = try arrival { _ in .init(.unknown, "no answer", detail: "refused") }
        #expect(result.result == .unknown)
        #expect(result.detail == "refused; for 10m")
    }

    @Test func degradedInPassingIsNoFailure() throws {
        let passing = try arrival { time in
            switch time {
            case ..<20_000: .init(.degraded, "degraded")
            case ..<40_000: .init(.waiting, "progressing")
            case ..<60_000: .init(.degraded, "degraded")
            default: .init(.arrived, "synced")
            }
        }
        #expect(passing.0.result == .passed)
        let lasting = try arrival { _ in .init(.degraded, "degraded", detail: "crash loop") }
        #expect(lasting.0.result == .failed)
        #expect(lasting.1 == 30_000)
        #expect(lasting.0.detail == "crash loop")
    }
}
