# A registry of container images with one in it, whose only layer is empty: enough to build on.
# usage: registry.py PORT
import gzip, hashlib, http.server, io, json, sys, tarfile
raw = io.BytesIO(); tarfile.open(fileobj=raw, mode="w").close()
layer = gzip.compress(raw.getvalue(), mtime=0)
digest = lambda data: "sha256:" + hashlib.sha256(data).hexdigest()
config = json.dumps({"architecture": "amd64", "os": "linux", "config": {}, "history": [],
    "rootfs": {"type": "layers", "diff_ids": [digest(raw.getvalue())]}}).encode()
T = "application/vnd.oci.image."
manifest = json.dumps({"schemaVersion": 2, "mediaType": T + "manifest.v1+json",
    "config": {"mediaType": T + "config.v1+json", "digest": digest(config), "size": len(config)},
    "layers": [{"mediaType": T + "layer.v1.tar+gzip", "digest": digest(layer), "size": len(layer)}]}).encode()
blobs = {digest(config): config, digest(layer): layer}
class Handler(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self): self.do_GET()
    def do_GET(self):
        name = self.path.rsplit("/", 1)[1]
        body, kind = (manifest, T + "manifest.v1+json") if "/manifests/" in self.path else (blobs.get(name, b"{}"), "application/octet-stream")
        self.send_response(200); self.send_header("Content-Type", kind); self.send_header("Content-Length", str(len(body)))
        self.send_header("Docker-Content-Digest", digest(body)); self.end_headers()
        if self.command == "GET": self.wfile.write(body)
    def log_message(self, *a): print(self.path, file=sys.stderr)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
