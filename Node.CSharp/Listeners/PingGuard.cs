// Clients that ask for signs of life more often than they may (gRPC's keep-alive enforcement, gRFC A8): the third
// time in a row they are told "too many pings" and let go. What is sent to a client meanwhile forgives it. Kestrel
// writes whole frames between two flushes, so a frame of our own can go there.
using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Kv.Node.Listeners;

/// <summary>Counts the pings of one connection, and ends it.</summary>
internal sealed class PingGuard(TimeSpan minTime, TimeProvider clock, PingWatch pings)
{
    private const int StrikesMax = 2;

    /// <summary>Bytes of the answer to a ping.</summary>
    private const int AnswerBytes = 17;

    private const byte GoAwayType = 7;

    /// <summary>ENHANCE_YOUR_CALM (RFC 9113 §7).</summary>
    private const uint Calm = 0xb;

    private static readonly byte[] GoAway = MakeGoAway();

    private readonly Lock _gate = new();
    private long _last;
    private int _strikes;
    private int _unanswered;
    private bool _isTold;

    /// <summary>Guards every connection of an HTTP/2 endpoint; frames must be looked at before (AuthorityRepair).</summary>
    public static void Use(IConnectionBuilder endpoint, TimeSpan minTime, TimeProvider clock) =>
        endpoint.Use(next => connection =>
        {
            if (minTime > TimeSpan.Zero && connection.Features.Get<PingWatch>() is { } pings)
            {
                var guard = new PingGuard(minTime, clock, pings);
                pings.OnPing = guard.OnPing;
                connection.Transport = new Duplex(connection.Transport.Input, new Writer(connection.Transport.Output, guard));
            }

            return next(connection);
        });

    private void OnPing()
    {
        var now = clock.GetTimestamp();
        lock (_gate)
        {
            _unanswered++;
            if (_last != 0 && clock.GetElapsedTime(_last, now) < minTime)
            {
                _strikes++;
            }

            _last = now;
        }
    }

    /// <summary>The server sends so many bytes.</summary>
    /// <returns>True if the client is to be told now that it is enough.</returns>
    private bool OnSending(long bytes)
    {
        lock (_gate)
        {
            if (bytes > (long)AnswerBytes * _unanswered)
            {
                _strikes = 0;
            }

            _unanswered = 0;
            if (_strikes <= StrikesMax || _isTold)
            {
                return false;
            }

            _isTold = true;
            pings.IsOver = true;
            return true;
        }
    }

    private static byte[] MakeGoAway()
    {
        var text = "too_many_pings"u8;
        var frame = new byte[9 + 8 + text.Length];
        frame[2] = (byte)(8 + text.Length);
        frame[3] = GoAwayType;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(9), int.MaxValue);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(13), Calm);
        text.CopyTo(frame.AsSpan(17));
        return frame;
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Writer(PipeWriter inner, PingGuard guard) : ObservedWriter(inner)
    {
        protected override void OnFlushing(PipeWriter writer, long bytes)
        {
            if (guard.OnSending(bytes))
            {
                GoAway.CopyTo(writer.GetSpan(GoAway.Length));
                writer.Advance(GoAway.Length);
            }
        }
    }
}
