import Git
import Manifests
import TestSupport
import Testing

/// Layouts that are told from paths, one test for each that people use.
@Suite struct LayoutDetectionTests {
    private let scratch: ScratchRepository
    private let repository: Repository

    init() throws {
        scratch = try ScratchRepository()
        repository = try scratch.repository()
    }

    /// - Parameter files: paths; what follows a colon is the file's text.
    private func detect(_ files: [String], branches: [String] = ["main"]) throws -> DetectedLayout {
        let edits = try files.map { file in
            let parts = file.split(separator: ":", maxSplits: 1)
            let text = parts.count > 1 ? String(parts[1]) : "kind: ConfigMap\n"
            return TreeEdit.put(path: String(parts[0]), id: try repository.write(blob: Array(text.utf8)))
        }
        let checkout = try Checkout(repository, tree: try repository.tree(editing: nil, edits))
        return try LayoutDetection.detect(in: checkout, branches: branches)
    }

    /// `{a,b}` in paths stands for both.
    private func paths(_ patterns: String...) -> [String] {
        patterns.flatMap { pattern -> [String] in
            var done = [""]
            for part in pattern.split(separator: "{", omittingEmptySubsequences: false) {
                let pieces = part.split(separator: "}", omittingEmptySubsequences: false)
                guard pieces.count == 2 else {
                    done = done.map { $0 + part }
                    continue
                }
                done = done.flatMap { head in
                    pieces[0].split(separator: ",", omittingEmptySubsequences: false).map {
                        head + $0 + pieces[1]
                    }
                }
            }
            return done
        }
    }

    private func layouts(_ detected: DetectedLayout) -> [String] {
        detected.configuration.layouts.map { layout in
            var text = layout.place.branch.map { "branch \($0)" } ?? layout.path?.description ?? ""
            if let template = layout.environment { text += " env \(template)" }
            if let template = layout.group { text += " group \(template)" }
            if !layout.layers.isEmpty {
                text += " layers \(layout.layers.map(\.description).joined(separator: " "))"
            }
            return text
        }
    }

    /// `qa < dev` for what comes after what, `(prod)` for a group.
    private func environments(_ detected: DetectedLayout) -> [String] {
        detected.configuration.environments.map(\.environment).map { environment in
            environment.name + (environment.group.map { " (\($0))" } ?? "")
                + (environment.after.isEmpty ? "" : " < \(environment.after.joined(separator: ", "))")
        }
    }

    @Test func overlaysOfApps() throws {
        let found = try detect(
            paths(
                "apps/{api,web}/base/deployment.yaml",
                "apps/{api,web}/overlays/{dev,staging,prod}/kustomization.yaml"))
        #expect(layouts(found) == ["apps/{app}/overlays/{env}/**"])
        #expect(environments(found) == ["dev", "staging < dev", "prod < staging"])
        #expect(
            found.summary
                == "environments dev, staging, prod, found in apps/{app}/overlays/{env}/**")
    }

    @Test func overlaysOfOneApp() throws {
        let found = try detect(paths("base/app.yaml", "overlays/{dev,prod}/kustomization.yaml"))
        #expect(layouts(found) == ["overlays/{env}/**"])
        let nested = try detect(
            paths("k8s/api/base/x.yaml", "k8s/api/overlays/{dev,prod}/kustomization.yaml"))
        #expect(layouts(nested) == ["k8s/{app}/overlays/{env}/**"])
    }

    @Test func overlaysOfAppsAtTheRoot() throws {
        let found = try detect(paths("{api,web,cron}/overlays/{dev,prod}/kustomization.yaml", "docs/x.md"))
        #expect(layouts(found) == ["{app}/overlays/{env}/**"])
        #expect(environments(found) == ["dev", "prod < dev"])
        // Two may be something else.
        let two = try detect(paths("{api,web}/overlays/{dev,prod}/kustomization.yaml"))
        #expect(Set(layouts(two)) == ["api/overlays/{env}/**", "web/overlays/{env}/**"])
    }

    @Test func namesOfFilesThatOtherEnvironmentsHaveAreNone() throws {
        let found = try detect(
            paths(
                "clusters/{east,west,north}/{staging,prod}.values.yaml",
                "clusters/{east,west,north}/cluster.yaml"))
        #expect(layouts(found) == ["clusters/{env}/**"])
        #expect(Set(environments(found)) == ["east", "north", "west"])
    }

    @Test func overlaysMayHaveAnyName() throws {
        let found = try detect(paths("apps/{api,web}/overlays/{prod-acme,emea-prod,base}/kustomization.yaml"))
        #expect(environments(found) == ["emea-prod", "prod-acme"])
    }

    @Test func appsInEnvironments() throws {
        let found = try detect(paths("envs/{dev,qa,prod}/{api,web}/{deployment,service}.yaml"))
        #expect(layouts(found) == ["envs/{env}/{app}/**", "envs/{env}/**"])
        let aggregated = try detect(
            paths("envs/{dev,prod}/kustomization.yaml", "envs/{dev,prod}/{api,web}/a.yaml"))
        #expect(layouts(aggregated) == ["envs/{env}/**"])
    }

    @Test func environmentsAtTheRoot() throws {
        #expect(layouts(try detect(paths("{dev,prod}/deployment.yaml", "base/x.yaml"))) == ["{env}/**"])
    }

    @Test func teamsAndApps() throws {
        let found = try detect(
            paths("services/{red/api,red/web,blue/mail}/environments/{dev,prod}/kustomization.yaml"))
        #expect(layouts(found) == ["services/{ns}/{app}/environments/{env}/**"])
    }

    @Test func clustersOfTiers() throws {
        let found = try detect(
            paths(
                "components/{api,web,monitoring/grafana}/{staging,production}/base/kustomization.yaml",
                "components/{api,web,monitoring/grafana}/development/kustomization.yaml",
                "components/{api,web}/staging/{stone-s1,stone-s2}/kustomization.yaml",
                "components/{api,web,monitoring/grafana}/production/{kf-p1,kf-p2}/kustomization.yaml",
                "components/monitoring/grafana/{staging,production}/dashboards/kustomization.yaml",
                "components/web/rings/{ring-0,ring-1,ring-2}/kf-p1/kustomization.yaml"))
        #expect(
            layouts(found) == [
                "components/{app}/rings/{env}/**",
                "components/{app...}/{tier}/{cluster}/** env {cluster} group {tier}",
                "components/{app...}/{env}/**",
            ])
        #expect(
            environments(found) == [
                "development", "staging (staging) < development", "stone-s1 (staging) < development",
                "stone-s2 (staging) < development", "kf-p1 (production) < staging",
                "kf-p2 (production) < staging", "ring-0", "ring-1 < ring-0", "ring-2 < ring-1",
            ])
    }

    @Test func regionsOfTiers() throws {
        let found = try detect(
            paths(
                "deploy/{api,web}/dev/us/kustomization.yaml",
                "deploy/{api,web}/{staging,prod}/{us,eu}/kustomization.yaml"))
        #expect(layouts(found) == ["deploy/{app}/{tier}/{region}/** env {tier}-{region} group {tier}"])
        #expect(
            environments(found) == [
                "dev-us (dev)", "staging-eu (staging) < dev", "staging-us (staging) < dev",
                "prod-eu (prod) < staging", "prod-us (prod) < staging",
            ])
    }

    @Test func regionsInNames() throws {
        let found = try detect(
            paths("envs/{dev,qa,staging-us,staging-eu,prod-us,prod-eu,prod-asia}/app.yaml"))
        #expect(
            environments(found) == [
                "dev", "qa < dev", "staging-eu (staging) < qa", "staging-us (staging) < qa",
                "prod-asia (prod) < staging", "prod-eu (prod) < staging-eu", "prod-us (prod) < staging-us",
            ])
    }

    @Test func flux() throws {
        let found = try detect(
            paths(
                "clusters/{staging,production}/flux-system/gotk-sync.yaml",
                "clusters/{staging,production}/{apps,infrastructure}.yaml",
                "apps/base/podinfo/{release,kustomization}.yaml",
                "apps/{staging,production}/{kustomization,podinfo-values}.yaml",
                "infrastructure/{controllers,configs}/kustomization.yaml"))
        #expect(Set(layouts(found)) == ["apps/{env}/**", "clusters/{env}/**"])
        #expect(environments(found) == ["staging", "production < staging"])
    }

    @Test func chartsWithValues() throws {
        let found = try detect(
            paths(
                "charts/{api,web}/{Chart,values,values-dev,values-prod,values-common}.yaml",
                "charts/{api,web}/templates/{deployment,test}.yaml"))
        #expect(layouts(found) == ["charts/{app}/** layers Chart.yaml values.yaml values-{env}.yaml"])
        #expect(environments(found) == ["dev", "prod < dev"])
        #expect(found.configuration.layouts.first?.enabled == nil)
    }

    @Test(
        "Values in folders of a chart",
        arguments: [
            (
                "web/values/{common,dev,prod}.yaml",
                "Chart.yaml values.yaml values/common.yaml values/{env}.yaml"
            ),
            ("web/env/values-{dev,prod}.yaml", "Chart.yaml values.yaml env/values-{env}.yaml"),
            ("web/envs/{dev,prod}/values.yaml", "Chart.yaml values.yaml envs/{env}/values.yaml"),
            ("web/{dev,prod}/values.yaml", "Chart.yaml values.yaml {env}/values.yaml"),
        ])
    func foldersOfValues(pattern: String, layers: String) throws {
        let detected = try detect(paths("web/{Chart,values}.yaml", "web/templates/web.yaml", pattern))
        #expect(layouts(detected) == ["web/** layers \(layers)"])
        #expect(environments(detected) == ["dev", "prod < dev"])
    }

    @Test func aFolderFullOfAppsIsNone() throws {
        let detected = try detect(paths("clusters/{staging,production}/apps/{api,web}.yaml"))
        #expect(layouts(detected) == ["clusters/{env}/**"])
    }

    @Test func aPartOfAKustomizationIsNoAppOfItsOwn() throws {
        let overlays = ["dev", "prod"].map { environment in
            "apps/team/\(environment)/base/kustomization.yaml:patches: [ { path: ../../web/\(environment).yaml } ]\n"
        }
        let detected = try detect(overlays + paths("apps/team/web/{web,dev,prod}.yaml"))
        #expect(layouts(detected) == ["apps/{app}/{env}/**"])
    }

    @Test func chartsThatAFolderTurnsOn() throws {
        let found = try detect(
            paths("applications/{api,web}/{Chart,values,values-acmedev,values-base,values-summit}.yaml") + [
                "environments/Chart.yaml:name: environments\n",
                "environments/values.yaml:name: \"\"\napplications:\n  api: false\n  web: false\n",
                "environments/values-acmedev.yaml:name: acmedev\n",
                "environments/values-acmeprod.yaml:name: x\n",
                "environments/values-base.yaml:name: base\n",
                "environments/values-summit.yaml:name: summit\n",
            ])
        #expect(layouts(found) == ["applications/{app}/** layers Chart.yaml values.yaml values-{env}.yaml"])
        guard case .switched(let enabled)? = found.configuration.layouts.first?.enabled else {
            Issue.record("no switch")
            return
        }
        #expect(enabled.path.description == "applications.{app}")
        #expect(
            enabled.files.map(\.description) == [
                "environments/values.yaml", "environments/values-{env}.yaml",
            ])
        #expect(environments(found) == ["acmedev", "acmeprod < acmedev", "base", "summit"])
    }

    @Test func valuesForChartsElsewhere() throws {
        let found = try detect(paths("releases/{api,web}/{values,values-dev,values-prod}.yaml"))
        #expect(layouts(found) == ["releases/{app}/values-{env}.yaml"])
        #expect(found.configuration.shared.map(\.description) == ["releases/{app}/values.yaml"])
    }

    @Test func aFileForEachAppAndEnvironment() throws {
        let found = try detect(
            paths("apps/team/api/{api,dev,prod}.yaml", "apps/team/web/{web,dev,prod}.yaml"))
        #expect(layouts(found) == ["apps/team/{app}/{env}.yaml"])
        #expect(found.configuration.shared.map(\.description) == ["apps/team/{app}/{app}.yaml"])
        let spread = try detect(paths("apps/{red/api,blue/web}/{dev,prod}.yaml"))
        #expect(layouts(spread) == ["apps/{ns}/{app}/{env}.yaml"])
    }

    @Test("A name that holds both the app and the environment")
    func pairedNames() throws {
        let folders = try detect(paths("apps/{web,api}-{dev,prod-eu}/d.yaml"))
        #expect(layouts(folders) == ["apps/{app}-{env}/**"])
        #expect(folders.configuration.environments.map(\.environment.name) == ["dev", "prod-eu"])
        #expect(layouts(try detect(paths("{dev,prod}-web/d.yaml"))) == ["{env}-{app}/**"])
        #expect(layouts(try detect(paths("web_{dev,prod}.yaml"))) == ["{app}_{env}.yaml"])
        #expect(
            layouts(try detect(paths("{web,api}/{deployment,service}-{dev,prod}.yaml"))) == [
                "{app}/*-{env}.yaml"
            ])
        // One pair among much else says nothing of the rest.
        #expect(throws: ManifestsError.self) {
            try detect(paths("{web-dev,web-prod,cart,mail,search,shop}/d.yaml"))
        }
    }

    @Test func helmfile() throws {
        let folders = try detect(paths("helmfile.d/{dev,prod}/{web,db}.yaml"))
        #expect(layouts(folders) == ["helmfile.d/{env}/**"])
        let listed = try detect([
            "helmfile.yaml:environments:\n  dev:\n    values: [config/dev-values.yaml]\n  prod:\n    values: [config/prod-values.yaml]\n",
            "config/dev-values.yaml", "config/prod-values.yaml",
        ])
        #expect(layouts(listed) == ["config/{env}-values.yaml"])
        #expect(listed.configuration.shared.map(\.description) == ["helmfile.yaml"])
    }

    @Test func branches() throws {
        let names = ["main"] + paths("environments/{development,staging,production}{,-next}")
        let found = try detect(paths("dry/{dev,prod}/kustomization.yaml"), branches: names)
        #expect(layouts(found) == ["branch environments/{env}"])
        #expect(
            found.configuration.layouts.first?.place.proposed?.description == "environments/{env}-next")
        #expect(environments(found) == ["development", "staging < development", "production < staging"])
        let plain = try detect(["README.md"], branches: ["main", "env/dev", "env/prod"])
        #expect(layouts(plain) == ["branch env/{env}"])
        #expect(plain.configuration.layouts.first?.place.proposed == nil)
    }

    @Test func branchesWithoutAPrefixCountOnlyWhereNothingElseDoes() throws {
        let branches = ["main", "dev", "prod", "fix-prod-bug"]
        #expect(layouts(try detect(["app/deployment.yaml"], branches: branches)) == ["branch {env}"])
        #expect(
            layouts(try detect(paths("envs/{qa,live}/app.yaml"), branches: branches)) == ["envs/{env}/**"])
    }

    @Test func anAppMayBeCalledLikeAnEnvironment() throws {
        let found = try detect(paths("components/{integration,api}/{dev,prod}/kustomization.yaml"))
        #expect(layouts(found) == ["components/{app}/{env}/**"])
        #expect(environments(found) == ["dev", "prod < dev"])
    }

    @Test func whatOnlyWiresAppsIsLeftOut() throws {
        let apps = (0..<30).flatMap { number in paths("apps/app\(number)/overlays/{dev,prod}/{a,b}.yaml") }
        let found = try detect(apps + paths("argocd/{dev,prod}/root.yaml", "docs/{dev,prod}/x.yaml"))
        #expect(layouts(found) == ["apps/{app}/overlays/{env}/**"])
        #expect(found.leftOut == ["argocd/{env}/**"])
    }

    @Test(arguments: [
        ["README.md"], ["src/main.yaml", "charts/api/Chart.yaml", "charts/api/values.yaml"],
        ["dev/tool.yaml"],
        ["charts/api/Chart.yaml", "charts/api/values-red.yaml", "charts/api/values-blue.yaml"],
    ])
    func nothingIsGuessed(_ files: [String]) throws {
        let error = try #require(throws: ManifestsError.self) { try detect(files) }
        guard case .undetected(let reason, let hint) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(reason.hasPrefix("no environments are to be seen here"))
        #expect(hint.contains("gx.yaml"))
    }

    @Test func twoLevelsOfEnvironmentsAreAskedAbout() throws {
        let error = try #require(throws: ManifestsError.self) {
            try detect(paths("deploy/{dev,prod}/{test,live}/app.yaml"))
        }
        guard case .undetected(let reason, let hint) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(reason.contains("deploy/dev, deploy/prod and, in them, live, test"))
        #expect(hint.contains("'deploy/{env}/**' or 'deploy/*/{env}/**'"))
    }

    @Test func whatIsWrittenReadsBack() throws {
        for files in [
            paths("apps/{api,web}/overlays/{dev,staging-us,staging-eu,prod}/kustomization.yaml"),
            paths(
                "components/{api,web}/{staging,production}/{c1,c2}/kustomization.yaml",
                "components/{api,web}/staging/kustomization.yaml"),
            paths("releases/{api,web}/{values,values-dev,values-prod}.yaml"),
            paths("charts/{api,web}/{Chart,values,values-dev,values-prod}.yaml"),
        ] {
            let detected = try detect(files)
            let text = ConfigurationWriter(detected).text
            #expect(try Configuration(parsing: Array(text.utf8)) == detected.configuration)
        }
    }
}
