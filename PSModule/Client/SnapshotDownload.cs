// A member's snapshot, read piece by piece into a stream. The last 32 bytes a member sends are the SHA-256
// of all before them, so a file that was cut short or damaged on the way is noticed.

using System;
using System.IO;
using System.Management.Automation;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Newtonsoft.Json;

namespace Kv.PowerShell.Client;

internal sealed class SnapshotDownload : IDisposable
{
    private const string Path = "/v3/maintenance/snapshot";
    private const int HashSize = 32;

    private readonly KvEndpoint _endpoint;
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;
    private readonly SHA256 _sha = SHA256.Create();
    private readonly byte[] _tail = new byte[HashSize];
    private int _tailSize;

    private SnapshotDownload(KvEndpoint endpoint, HttpResponseMessage response, StreamReader lines)
    {
        _endpoint = endpoint;
        _response = response;
        _lines = lines;
    }

    /// <summary>Bytes the file will have, known after the first piece.</summary>
    public long Total { get; private set; }

    /// <summary>Asks the member; gives back what its answer is read from.</summary>
    public static async Task<SnapshotDownload> OpenAsync(KvClient client, KvEndpoint endpoint, KvCall call)
    {
        using var limit = new KvDeadline(call.Timeout, call.Stop).Slice(1);
        return await GuardAsync(
            endpoint,
            call,
            async () =>
            {
                var response = await client.OpenStreamAsync(
                    endpoint, Path, GatewayJson.Write(EmptyRequest.Instance), call.Verbose, limit.Token).ConfigureAwait(false);
                var content = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
                call.Verbose($"POST {endpoint.Text}{Path}: receiving");
                return new SnapshotDownload(endpoint, response, new StreamReader(content, Encoding.UTF8));
            }).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
        _sha.Dispose();
    }

    /// <summary>Writes the next piece; its size, or 0 after the last, when all has been checked.</summary>
    /// <exception cref="KvException">The stream broke, fell silent, or brought something damaged.</exception>
    public Task<int> CopyNextAsync(Stream file, KvCall call) => GuardAsync(_endpoint, call, async () =>
    {
        // The reader cannot be cancelled on this target; closing what it reads from ends it.
        using var limit = new KvDeadline(call.Timeout, call.Stop).Slice(1);
        using var closing = limit.Token.Register(static s => ((HttpResponseMessage)s!).Dispose(), _response);
        if (await ReadLineAsync(limit.Token).ConfigureAwait(false) is not { } line)
        {
            Check();
            return 0;
        }

        var piece = Parse(line);
        Total = Total == 0 ? piece.RemainingBytes + piece.Blob.Length : Total;
        Hash(piece.Blob);
        file.Write(piece.Blob, 0, piece.Blob.Length);
        return piece.Blob.Length;
    });

    private async Task<string?> ReadLineAsync(CancellationToken limit)
    {
        try
        {
            string? line;
            do
            {
                line = await _lines.ReadLineAsync().ConfigureAwait(false);
            }
            while (line is { Length: 0 });
            limit.ThrowIfCancellationRequested();
            return line;
        }
        catch (Exception exception) when (TransportError.Is(exception) && limit.IsCancellationRequested)
        {
            throw new OperationCanceledException("The stream was closed because nothing came.", exception, limit);
        }
    }

    private SnapshotResponse Parse(string line)
    {
        StreamMessage<SnapshotResponse> message;
        try
        {
            message = GatewayJson.Read<StreamMessage<SnapshotResponse>>(new StringReader(line));
        }
        catch (JsonException exception)
        {
            throw new KvProtocolException(
                $"{_endpoint.Text} sent something in its snapshot that is not etcd's JSON: {exception.Message}", exception)
            {
                Endpoint = _endpoint.Text,
            };
        }

        return message switch
        {
            { Error: { } error } => throw ServerError.ToException(error.Status, error.Message ?? "the snapshot failed", _endpoint.Text),
            { Result: { } result } => result,
            _ => throw new KvProtocolException($"{_endpoint.Text} sent an empty message in its snapshot.") { Endpoint = _endpoint.Text },
        };
    }

    /// <summary>Hashes all but the last 32 bytes seen so far, which are kept back.</summary>
    private void Hash(byte[] piece)
    {
        var all = new byte[_tailSize + piece.Length];
        Buffer.BlockCopy(_tail, 0, all, 0, _tailSize);
        Buffer.BlockCopy(piece, 0, all, _tailSize, piece.Length);
        _tailSize = Math.Min(HashSize, all.Length);
        _sha.TransformBlock(all, 0, all.Length - _tailSize, null, 0);
        Buffer.BlockCopy(all, all.Length - _tailSize, _tail, 0, _tailSize);
    }

    private void Check()
    {
        _sha.TransformFinalBlock([], 0, 0);
        if (_tailSize < HashSize || Model.ByteOrder.Compare(_sha.Hash, _tail) != 0)
        {
            throw new KvProtocolException(
                $"The snapshot of {_endpoint.Text} is incomplete or damaged: its checksum does not fit. Nothing was kept.")
            {
                Endpoint = _endpoint.Text,
                RecommendedAction = "Save it again; if that fails too, take it from another member.",
            };
        }
    }

    private static Task<T> GuardAsync<T>(KvEndpoint endpoint, KvCall call, Func<Task<T>> act) => TransportError.GuardAsync(
        endpoint, call, FormattableString.Invariant($"{endpoint.Text} sent nothing for {call.Timeout.TotalSeconds:0.#} s"), act);
}
