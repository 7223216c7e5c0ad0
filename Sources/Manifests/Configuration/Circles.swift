/// Which points of a graph lead to each other (Tarjan's algorithm, without recursion: chains may be long).
struct Circles {
    private var part: [Int]

    func areTogether(_ a: Int, _ b: Int) -> Bool { part[a] == part[b] }

    /// - Parameter next: For each point those that it leads to.
    init(_ next: [[Int]]) {
        part = Array(repeating: -1, count: next.count)
        var order = [Int](repeating: -1, count: next.count)
        var low = order
        var count = 0
        var stack: [Int] = []
        var path: [(point: Int, edge: Int)] = []
        for start in next.indices where order[start] < 0 {
            path.append((start, 0))
            while let (point, edge) = path.popLast() {
                if edge == 0 {
                    (order[point], low[point]) = (count, count)
                    count += 1
                    stack.append(point)
                } else if case let last = next[point][edge - 1], part[last] < 0 {
                    low[point] = min(low[point], low[last])
                }
                if edge < next[point].count {
                    path.append((point, edge + 1))
                    if order[next[point][edge]] < 0 { path.append((next[point][edge], 0)) }
                } else if low[point] == order[point] {
                    while let member = stack.popLast() {
                        part[member] = point
                        if member == point { break }
                    }
                }
            }
        }
    }
}
