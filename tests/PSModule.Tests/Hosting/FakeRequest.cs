// One request the fake gateway received.

namespace PSModule.Tests.Hosting;

internal sealed record FakeRequest(string Path, string Body);
