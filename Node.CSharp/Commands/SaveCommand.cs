// `kvnode snapshot save`: gets a snapshot from a running node over the JSON form of the API. The file has
// its name only once it is complete, its checksum is right, and it is durable.
using System.Security.Cryptography;
using System.Text.Json;
using Kv.Node.EtcdFile;
using Kv.Node.Options;
using Kv.Node.Ports;

namespace Kv.Node.Commands;

/// <summary>Saves a snapshot of a running node.</summary>
internal static class SaveCommand
{
    private const string Summary = """
        Gets a snapshot from a running node, kvnode or etcd, and saves it as a file that
        kvnode snapshot restore and etcdutl snapshot restore take.
        """;

    private const string PartSuffix = ".part";

    /// <summary>Runs the command.</summary>
    /// <exception cref="OptionsException">The arguments are wrong.</exception>
    /// <exception cref="IOException">The node could not be reached, or broke off.</exception>
    /// <exception cref="StorageException">The file could not be written.</exception>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var endpoint = ParseEndpoint("127.0.0.1:2379");
        var secure = new SecureClient();
        var syntax = new CommandSyntax("snapshot save", Summary,
        [
            new CommandFlag("endpoints", "URL", "The node to ask; one.", text => endpoint = ParseEndpoint(text))
            {
                Default = endpoint.OriginalString,
            },
            .. secure.Flags,
        ]);
        if (syntax.Parse(arguments) is not { } path)
        {
            Console.Out.Write(syntax.Render());
            return 0;
        }

        var disk = new PhysicalDisk();
        try
        {
            await FetchAsync(secure, endpoint, disk, path + PartSuffix);
        }
        catch
        {
            disk.Delete(path + PartSuffix);
            throw;
        }

        disk.Rename(path + PartSuffix, path);
        disk.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Console.Out.WriteLine($"Snapshot saved at {path}");
        return 0;
    }

    private static Uri ParseEndpoint(string text) =>
        text.Contains(',', StringComparison.Ordinal)
            ? throw new FormatException("expected one node: snapshots of several differ")
            : Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out var url)
                && url.Scheme is "http" or "https"
                ? url
                : throw new FormatException("expected a URL such as http://127.0.0.1:2379");

    private static async Task FetchAsync(SecureClient secure, Uri endpoint, PhysicalDisk disk, string path)
    {
        using var client = secure.Create();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, "/v3/maintenance/snapshot"))
        {
            Content = new StringContent("{}"),
        };
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using var body = await response.Content.ReadAsStreamAsync();
            using var lines = new StreamReader(body);
            using var file = disk.Create(path);
            await CopyAsync(lines, file, endpoint);
            file.Sync();
        }
        catch (HttpRequestException problem)
        {
            var reason = (problem.InnerException ?? problem).Message;
            throw new IOException($"cannot get a snapshot from {endpoint.OriginalString}: {reason}", problem);
        }
    }

    /// <summary>Writes the blobs one behind the other; the last is the checksum of all before.</summary>
    private static async Task CopyAsync(StreamReader lines, IDiskFile file, Uri endpoint)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] last = [];
        long length = 0;
        while (await lines.ReadLineAsync() is { } line)
        {
            var blob = ReadBlob(line, endpoint);
            hash.AppendData(last);
            file.Write(blob, length);
            length += blob.Length;
            last = blob;
        }

        if (!EtcdFileFormat.HasTrailer(length) || !hash.GetHashAndReset().AsSpan().SequenceEqual(last))
        {
            throw new IOException($"the snapshot from {endpoint.OriginalString} broke off after {length} bytes");
        }
    }

    private static byte[] ReadBlob(string line, Uri endpoint)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.TryGetProperty("result", out var result)
                ? result.GetProperty("blob").GetBytesFromBase64()
                : throw new IOException($"{endpoint.OriginalString} refused: {line}");
        }
        catch (Exception problem) when (problem is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new IOException($"{endpoint.OriginalString} does not answer as a node does", problem);
        }
    }
}
