import Delivery
import Git
import System
import TestSupport

extension Hosted {
    /// The environment in which the clone reaches its host by ssh under any name: ssh is played by a script.
    func online(as url: String) throws -> [String: String?] {
        let folder = host.folder
        try folder.run("mkdir", ["-p", "ssh/acme"])
        try folder.run("ln", ["-sfn", host.path, folder.path + "/ssh/acme/infra.git"])
        try script(
            "ssh/ssh",
            """
            #!/bin/sh
            for command; do :; done
            cd '\(folder.path)/ssh' && eval "exec $(printf %s "$command" | sed "s#'/#'#")"
            """)
        try clone.git("remote", "set-url", "origin", url)
        return ["GIT_SSH_COMMAND": folder.path + "/ssh/ssh", "GIT_SSH_VARIANT": "ssh"].merging(Self.noHost) {
            $1
        }
    }

    /// Variables of whoever runs the tests that say something about hosts.
    private static let noHost: [String: String?] = [
        "GITHUB_SERVER_URL": nil, "CI_SERVER_HOST": nil, "GITHUB_TOKEN": nil, "GH_TOKEN": nil,
        "GH_ENTERPRISE_TOKEN": nil, "GITHUB_ENTERPRISE_TOKEN": nil, "GX_GITHUB_API": nil,
        "GITEA_ACTIONS": nil,
        "FORGEJO_ACTIONS": nil, "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1",
    ]

    func script(_ name: String, _ text: String) throws {
        let path = host.folder.path + "/" + name
        try host.folder.write(path, (text + "\n").utf8)
        try host.folder.run("chmod", ["+x", path])
    }

    /// Has the host write down the push options that it gets, and answer.
    func recordOptions(saying words: String = "") throws {
        try hook(
            "pre-receive",
            """
            : > '\(host.folder.path)/options'
            i=0; while [ $i -lt ${GIT_PUSH_OPTION_COUNT:-0} ]; do
              eval "printf '%s\\n' \\"\\$GIT_PUSH_OPTION_$i\\"" >> '\(host.folder.path)/options'; i=$((i+1))
            done
            \(words.isEmpty ? ":" : "echo '\(words)' >&2")
            """)
    }

    var options: [String] {
        get throws {
            (try host.folder.read(host.folder.path + "/options") ?? "").split(separator: "\n").map(
                String.init)
        }
    }

    /// Makes the host one that takes pushes to `refs/for/`, as Gitea and Gerrit do: it writes down refs and options,
    /// and gives the commit the name `refs/pull/7/head`. Once there is one, it wants `force-push`.
    func takeReviews() throws {
        try host.git("config", "receive.procReceiveRefs", "refs/for")
        try hook(
            "proc-receive",
            """
            exec python3 - '\(host.folder.path)' 3<&0 <<'PYTHON'
            \(Self.procReceive)
            PYTHON
            """)
    }

    // The protocol is that of githooks(5), "proc-receive".
    private static let procReceive = #"""
        import os, sys
        source = os.fdopen(3, "rb")
        out = sys.stdout.buffer
        def read():
            size = int(source.read(4), 16)
            return None if size == 0 else source.read(size - 4)
        def lines():
            found = []
            while (line := read()) is not None:
                found.append(line.rstrip(b"\n").decode())
            return found
        def write(text):
            data = text.encode()
            out.write(b"%04x" % (len(data) + 4) + data)
        def flush():
            out.write(b"0000")
            out.flush()
        lines()
        write("version=1\0push-options\n")
        flush()
        commands = lines()
        options = lines()
        with open(sys.argv[1] + "/options", "w") as file:
            file.write("\n".join(options) + "\n")
        for command in commands:
            old, new, ref = command.split(" ")
            with open(sys.argv[1] + "/pushed", "a") as file:
                file.write(ref + " " + new + "\n")
            number = open(sys.argv[1] + "/pushed").read().count("\n")
            if number > 1 and "refuse" in open(sys.argv[1] + "/mode").read() and "force-push=true" not in options:
                write("ng " + ref + " request `force-push` push option")
            else:
                os.system("git update-ref refs/pull/7/head " + new)
                write("ok " + ref)
                write("option refname refs/pull/7/head")
        flush()
        print("Visit https://gitea.example.com/acme/infra/pulls/7 for review", file=sys.stderr)
        """#
}

/// A small stand-in for GitHub's API. It goes with its owner.
final class GitHubStub {
    let url: String
    private let folder: ScratchFolder
    private let process: String

    init(in folder: ScratchFolder) throws {
        self.folder = folder
        try folder.write(folder.path + "/stub.py", Self.script.utf8)
        process = try folder.run(
            "sh", ["-c", "python3 stub.py '\(folder.path)' > stub.log 2>&1 & echo $!"], in: folder.path)
        var port: String?
        for _ in 0..<200 where port == nil {
            port = try folder.read(folder.path + "/port").flatMap { $0.isEmpty ? nil : $0 }
            if port == nil { try folder.run("sleep", ["0.05"]) }
        }
        url = "http://127.0.0.1:\(port ?? "0")"
    }

    deinit { _ = try? Subprocess("kill", [process], purpose: "clean up").run() }

    /// `METHOD PATH BODY`, one a request.
    var requests: [String] {
        get throws {
            (try folder.read(folder.path + "/requests") ?? "").split(separator: "\n").map(String.init)
        }
    }

    private static let script = #"""
        import http.server, json, os, sys, urllib.parse
        folder, pulls = sys.argv[1], []
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args): pass
            def answer(self, status, value):
                data = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                with open(folder + "/requests", "a") as file:
                    file.write(self.command + " " + urllib.parse.unquote(self.path) + " " + body + "\n")
                if self.headers.get("Authorization") != "Bearer secret-token":
                    return self.answer(401, {"message": "Bad credentials"})
                if self.path == "/graphql":
                    if "enablePullRequestAutoMerge" not in body:
                        return self.answer(200, {"data": {"repository": {
                            "squashMergeAllowed": False, "rebaseMergeAllowed": True, "mergeCommitAllowed": True}}})
                    if os.path.exists(folder + "/clean"):
                        return self.answer(200, {"errors": [{"message": "Pull request is in clean status"}]})
                    return self.answer(200, {"data": {}})
                if self.command == "GET": return self.answer(200, pulls)
                if self.command == "PUT": return self.answer(200, {"merged": True})
                if os.path.exists(folder + "/refuse"):
                    return self.answer(422, {"message": "Validation Failed", "errors": [{"message": "no commits"}]})
                pull = {"number": 12, "node_id": "PR_12", "html_url": "https://github.com/acme/infra/pull/12"}
                if not pulls: pulls.append(pull)
                self.answer(201, pull)
            do_GET = do_POST = do_PATCH = do_PUT = handle_any
        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        with open(folder + "/port.new", "w") as file: file.write(str(server.server_port))
        os.rename(folder + "/port.new", folder + "/port")
        server.serve_forever()
        """#
}
