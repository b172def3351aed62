// A lease of one's own: granted, renewed in the background for as long as it is wanted, and ended. Knows
// when it is lost: when the server says so, or when no renewal got through for its whole life.

using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Client;

internal sealed class LeaseKeeper : IDisposable
{
    private const int RenewalsPerLife = 3;
    private const int NotesMax = 100;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan StoppedWait = TimeSpan.FromMilliseconds(300);

    private readonly KvClient _client;
    private readonly TimeSpan _life;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _notes = new();
    private volatile bool _isLost;
    private bool _hasFailed;

    private LeaseKeeper(KvClient client, LeaseResponse lease)
    {
        _client = client;
        Lease = lease;
        _life = TimeSpan.FromSeconds(lease.Ttl);
        _ = Task.Run(RunAsync);
    }

    /// <summary>The lease as granted.</summary>
    public LeaseResponse Lease { get; }

    public bool IsLost => _isLost;

    public static async Task<LeaseKeeper> GrantAsync(KvClient client, TimeSpan life, KvCall call) =>
        new(client, await client.LeaseGrantAsync(life, 0, call).ConfigureAwait(false));

    /// <summary>Stops renewing; the lease then ends by itself.</summary>
    public void Dispose() => _stop.Cancel();

    /// <summary>Ends the lease, also while the command is being stopped; if that does not work out it ends by
    /// itself. Says what became of its renewals, on the thread of the caller.</summary>
    public void End(Action<string> note, CancellationToken stop)
    {
        Dispose();
        while (!stop.IsCancellationRequested && _notes.TryDequeue(out var text))
        {
            note(text);
        }

        RevokeAsync().Wait(stop.IsCancellationRequested ? StoppedWait : EndLimit);

        async Task RevokeAsync()
        {
            try
            {
                await _client.LeaseRevokeAsync(Lease.Id, new KvCall(EndLimit, CancellationToken.None)).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is KvException or ObjectDisposedException)
            {
                // Nobody renews it any more, so the server ends it.
            }
        }
    }

    private async Task RunAsync()
    {
        var since = Stopwatch.StartNew();
        try
        {
            while (!IsLost)
            {
                await Task.Delay(TimeSpan.FromTicks(_life.Ticks / RenewalsPerLife), _stop.Token).ConfigureAwait(false);
                while (!await RenewAsync().ConfigureAwait(false) && !IsLost)
                {
                    if (since.Elapsed >= _life)
                    {
                        _isLost = true;
                    }

                    await Task.Delay(RetryPause, _stop.Token).ConfigureAwait(false);
                }

                since.Restart();
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // Not wanted any more, or the connection is closed: then nobody renews it.
            _isLost = true;
        }
    }

    private async Task<bool> RenewAsync()
    {
        try
        {
            var call = new KvCall(TimeSpan.FromTicks(_life.Ticks / RenewalsPerLife), _stop.Token);
            await _client.LeaseKeepAliveAsync(Lease.Id, call).ConfigureAwait(false);
            while (call.TryTakeNote(out var note))
            {
                if (note.Kind == KvNoteKind.Warning)
                {
                    Note($"The lease {Lease.Id:x16} was renewed though {note.Text}");
                }
            }

            if (_hasFailed)
            {
                _hasFailed = false;
                Note($"The lease {Lease.Id:x16} is renewed again, at {_client.Endpoints.Preferred.Text}.");
            }

            return true;
        }
        catch (KvNotFoundException)
        {
            _isLost = true;
            Note($"The lease {Lease.Id:x16} has ended.");
            return false;
        }
        catch (KvException failure)
        {
            _hasFailed = true;
            Note($"The lease {Lease.Id:x16} could not be renewed: {failure.Message}");
            return false;
        }
    }

    private void Note(FormattableString text)
    {
        if (_notes.Count < NotesMax)
        {
            _notes.Enqueue(FormattableString.Invariant(text));
        }
    }
}
