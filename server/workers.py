"""Several processes doing the same: started anew when one dies, stopped together."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any

from server.logs import logger

log = logger("workers")

LOOK_EVERY_S = 0.5
STOPS_WITHIN_S = 30.0


class WorkersFailed(Exception):
    """A worker ended by itself before any served; its own last lines say why."""


def keep_workers(count: int, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """Run `work(*arguments)` in `count` processes until SIGTERM or SIGINT, which every one of them gets.

    A worker that dies is replaced. Raises WorkersFailed when one can't even start (exit status 3, as uvicorn
    has it). Workers end by themselves when this process dies.
    """
    stopping = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda _signal, _frame: stopping.set())
    workers = [_start(work, arguments) for _ in range(count)]
    try:
        while not stopping.is_set():
            wait([worker.sentinel for worker in workers], LOOK_EVERY_S)
            if not stopping.is_set():
                workers = [
                    worker if worker.is_alive() else _replace(worker, work, arguments) for worker in workers
                ]
    finally:
        _stop(workers)


def _start(work: Callable[..., None], arguments: tuple[Any, ...]) -> BaseProcess:
    worker = multiprocessing.get_context("spawn").Process(target=_run, args=(work, arguments))
    worker.start()
    return worker


def _replace(worker: BaseProcess, work: Callable[..., None], arguments: tuple[Any, ...]) -> BaseProcess:
    worker.join()
    if worker.exitcode == 3:
        raise WorkersFailed(f"worker {worker.pid} could not start")
    log.error("worker_died", who="admin", process=worker.pid, status=worker.exitcode)
    return _start(work, arguments)


def _stop(workers: list[BaseProcess]) -> None:
    for worker in workers:
        if worker.is_alive():
            worker.terminate()
    for worker in workers:
        worker.join(STOPS_WITHIN_S)
        if worker.is_alive():
            log.error("worker_killed", who="admin", process=worker.pid)
            worker.kill()
            worker.join()


def _run(work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    work(*arguments)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
