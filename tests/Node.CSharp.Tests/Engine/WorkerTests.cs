// Who takes the turns of a piece of work: never two at once, none lost, none after the end.
using System.Collections.Concurrent;
using Kv.Node.Engine;
using Xunit;

namespace Kv.Node.Tests.Engine;

public sealed class WorkerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_visitor_takes_the_turn_of_idle_work_and_others_leave_it_to_the_thread()
    {
        var work = new Counting();
        using var worker = work.Start();
        work.Put(visits: false);
        work.WaitFor(1);
        Assert.Equal(["work"], work.Takers);

        work.PutWhenIdle();

        work.WaitFor(2);
        Assert.Equal(["work", Environment.CurrentManagedThreadId.ToString()], work.Takers);
    }

    [Fact]
    public async Task Nothing_is_lost_or_done_twice_at_once_whoever_brings_it()
    {
        const int perThread = 20_000;
        var work = new Counting();
        using (work.Start())
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
            {
                for (var i = 0; i < perThread; i++)
                {
                    work.Put(visits: (i + thread) % 3 != 0);
                }
            })));
            work.WaitFor(4 * perThread);
        }

        Assert.Equal(4 * perThread, work.Done);
        Assert.False(work.Overlapped);
    }

    [Fact]
    public void What_still_waits_is_done_at_the_end_and_nothing_after_it()
    {
        var work = new Counting();
        var worker = work.Start();
        work.PutQuietly();

        worker.Dispose();
        Assert.Equal(1, work.Done);

        work.Put(visits: true);
        work.Put(visits: false);
        Assert.Equal(1, work.Done);
    }

    [Fact]
    public void An_end_waits_for_the_visitor()
    {
        var work = new Counting();
        var worker = work.Start();
        work.WaitUntilOpen();
        using var inside = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        work.OnTurn = () =>
        {
            inside.Set();
            Assert.True(goOn.Wait(Patience));
        };
        var visitor = new Thread(() => work.Put(visits: true));
        visitor.Start();
        Assert.True(inside.Wait(Patience));
        var stopper = new Thread(worker.Dispose);

        stopper.Start();
        Assert.False(stopper.Join(TimeSpan.Zero));
        goOn.Set();

        Assert.True(stopper.Join(Patience));
        Assert.True(visitor.Join(Patience));
        Assert.Equal((1, false), (work.Done, work.Overlapped));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_fault_is_told_once_and_ends_the_work(bool visits)
    {
        var work = new Counting { OnTurn = () => throw new InvalidOperationException("broken") };
        var worker = work.Start();
        work.WaitUntilOpen();

        work.Put(visits);
        Assert.True(SpinWait.SpinUntil(() => !work.Faults.IsEmpty, Patience));
        work.Put(visits: true);
        work.Put(visits: false);
        worker.Dispose();

        Assert.Equal("broken", Assert.Single(work.Faults).Message);
        Assert.Equal(1, work.Turns);
    }

    private sealed class Counting : IWork
    {
        private readonly ConcurrentQueue<int> _queue = new();
        private int _inside;
        private volatile int _done;

        public WorkSignal Signal { get; } = new();

        public ConcurrentQueue<string> Takers { get; } = new();

        public ConcurrentQueue<Exception> Faults { get; } = new();

        public Action? OnTurn { get; set; }

        public bool Overlapped { get; private set; }

        public int Turns { get; private set; }

        public int Done => _done;

        public Worker Start()
        {
            var worker = new Worker("work", this, Faults.Enqueue);
            worker.Start();
            return worker;
        }

        public void PutQuietly() => _queue.Enqueue(0);

        public void Put(bool visits)
        {
            PutQuietly();
            if (visits)
            {
                Signal.SetAndVisit();
            }
            else
            {
                Signal.Set();
            }
        }

        // The thread may still be about to give up the right to run.
        public void PutWhenIdle()
        {
            WaitUntilOpen();
            Put(visits: true);
        }

        public void WaitUntilOpen() => Assert.True(SpinWait.SpinUntil(() => Signal.IsIdle, Patience));

        public void WaitFor(int count) => Assert.True(SpinWait.SpinUntil(() => _done >= count, Patience));

        public void Turn()
        {
            Overlapped |= Interlocked.Exchange(ref _inside, 1) != 0;
            Turns++;
            OnTurn?.Invoke();
            while (_queue.TryDequeue(out _))
            {
                if (Takers.Count < 2)
                {
                    Takers.Enqueue(Thread.CurrentThread.Name == "work" ? "work" : Environment.CurrentManagedThreadId.ToString());
                }

                _done++;
            }

            Interlocked.Exchange(ref _inside, 0);
        }
    }
}
