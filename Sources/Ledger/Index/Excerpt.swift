internal import Git
internal import Manifests

extension Tables {
    /// What those need who have none of history: of each app in each environment the newest deployments, back to those
    /// that brought what other environments run, with their commits, and what these name; and what units are made of.
    /// Of what came before, the oldest that is left of each tells no more than a shallow clone's first commit does.
    func excerpt() -> Tables {
        var copy = Tables()
        var strings: [UInt32: UInt32] = [:]
        func string(_ position: UInt32) -> UInt32 {
            if let known = strings[position] { return known }
            let new = copy.intern(self.string(position))
            strings[position] = new
            return new
        }
        /// Of a position that is counted from 1.
        func optional(_ position: UInt32) -> UInt32 { position == 0 ? 0 : string(position - 1) + 1 }

        for row in places {
            copy.places.append(
                PlaceRow(
                    high: row.high, middle: row.middle, low: row.low, repository: string(row.repository),
                    branch: string(row.branch), isComplete: 0))
        }
        for row in series {
            copy.series.append(SeriesRow(environment: string(row.environment), app: string(row.app)))
        }

        var commits: [UInt32: UInt32] = [:]
        func commit(_ position: UInt32) -> UInt32 {
            if let known = commits[position] { return known }
            var row = self.commits[Int(position)]
            (row.author, row.committer) = (string(row.author), string(row.committer))
            let new = UInt32(copy.commits.append(row))
            commits[position] = new
            return new
        }
        func pin(_ row: PinnedRow) -> PinnedRow {
            PinnedRow(artifact: string(row.artifact), version: string(row.version))
        }

        let (kept, firsts) = newest()
        /// By their numbers, counted from 1.
        var numbers: [UInt32: UInt32] = [0: 0]
        for number in kept {
            var row = deployments[number]
            let isFirst = firsts.contains(number) && row.previous != 0
            let main = main(of: row).map(pin)
            let pins = pins(of: row.state).map(pin).sorted()
            let isPromotion = row.kind == Deployment.Kind.promotion.rawValue
            var changes = changes(of: number).map { change in
                var change = change
                change.artifact = string(change.artifact)
                (change.before, change.after) = (optional(change.before), optional(change.after))
                change.related =
                    change.kind == Deployment.Kind.promotion.rawValue
                    ? string(change.related) : numbers[change.related] ?? 0
                return change
            }
            (row.commit, row.previous) = (commit(row.commit), numbers[row.previous] ?? 0)
            row.related = isPromotion ? string(row.related) : numbers[row.related] ?? 0
            row.state = row.state == 0 ? 0 : copy.intern(pins)
            row.main = main.flatMap(pins.firstIndex(of:))
            if isFirst {
                (row.kind, row.related) = (Deployment.Kind.initial.rawValue, 0)
                row.basis = Deployment.Basis.horizon.rawValue
                changes = pins.map { pin in
                    var change = ChangeRow(artifact: pin.artifact, before: nil, after: pin.version)
                    (change.kind, change.basis) = (row.kind, row.basis)
                    return change
                }
            }
            copy.changes.append(contentsOf: changes)
            row.changesEnd = UInt32(copy.changes.count)
            let new = UInt32(copy.deployments.append(row)) + 1
            numbers[UInt32(number) + 1] = new
            copy.series[Int(row.series)].last = new
        }

        for row in mentions {
            guard let commit = commits[row.commit] else { continue }
            let name = row.name.issue.map { MentionRow.Name(issue: string($0)) } ?? row.name
            copy.mentions.append(MentionRow(commit: commit, name: name))
        }
        for number in places.indices {
            let memory = UnitMemory(self, of: number)
            copy.note(
                Replay.News(added: memory.units), rosterFiles: memory.rosterFiles, of: number)
            copy.takeStandIns(of: number, from: self)
        }
        return copy
    }

    /// The deployments to tell of, oldest first, and of each series the first of them.
    private func newest() -> (kept: [Int], firsts: Set<Int>) {
        var running: [UInt32: Set<PinnedRow>] = [:]
        for row in series where row.last != 0 {
            if let main = main(of: deployments[Int(row.last) - 1]) {
                running[row.app, default: []].insert(main)
            }
        }
        var kept: [Int] = []
        var firsts: Set<Int> = []
        for row in series {
            var chain: [Int] = []
            var versions = 0
            var next = row.last
            while next != 0, versions < 20, chain.count < 200 {
                chain.append(Int(next) - 1)
                let (one, previous) = (deployments[Int(next) - 1], deployments[Int(next) - 1].previous)
                if previous == 0 || deployments[Int(previous) - 1].state != one.state { versions += 1 }
                next = previous
            }
            let mains = chain.map { main(of: deployments[$0]) }
            func last(_ wanted: Set<PinnedRow>) -> Int? {
                mains.lastIndex { $0.map(wanted.contains) ?? false }
            }
            let others = running[row.app] ?? []
            // Those that others may get next, with all that they were here before. One more, to tell what came before.
            let needed = last(others.union(mains.prefix(last(others) ?? 0).compactMap(\.self)))
            let own = chain.prefix(max(4, (needed ?? 0) + 2))
            kept += own
            if let first = own.last { firsts.insert(first) }
        }
        return (kept.sorted(), firsts)
    }

    /// Takes over what stands in the place of a place's files, at one of the commits that it has.
    private mutating func takeStandIns(of place: Int, from other: Tables) {
        let all = other.standIns(of: place)
        guard !all.isEmpty, let commit = commits.indices.last(where: { Int(commits[$0].place) == place })
        else {
            return
        }
        for (path, blob) in all.sorted(by: { $0.key < $1.key }) {
            let (high, middle, low) = blob.words
            standIns.append(
                StandInRow(
                    high: high, middle: middle, low: low, commit: UInt32(commit), path: intern(path),
                    isOver: 0))
        }
    }
}
