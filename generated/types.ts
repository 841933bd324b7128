// Made by scripts/generate.ts from api/openapi.yaml. Do not edit.
export interface paths {
    "/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tasks
         * @description One page of the tasks that you may view. A cursor neither skips nor repeats a task while others come and go.
         *     Repeated values of `operation` and `state` mean any of them; of `tag`, all of them.
         */
        get: operations["listTasks"];
        put?: never;
        /**
         * Create a task
         * @description Answers 201 with the new task and its Location, or 200 with the task that is there already when `dedupKey` or
         *     `Idempotency-Key` says that this is the same one. With `Prefer: wait=N` (RFC 7240) the answer is held until the
         *     task ends or N seconds (60 at most) have passed: 201 for a new task that has ended, 202 for one that has not,
         *     and 200 for one that was there already, ended or not. A client that leaves cancels nothing.
         *
         *     As a form the creation is the field `task`, and every other part is a file, whatever its field is called: its file name,
         *     which may have folders before it, is its path in the task's working directory. The parts may come in any order; a form
         *     that begins with `task` is refused before its files are taken.
         */
        post: operations["createTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel, delete or re-run many tasks
         * @description Does the same to every task that fits the filter and that you have the right for, newest first, up to `limit` of them;
         *     tasks that the action does not fit are counted as `skipped`. While `more` is true, call again with the `cursor`.
         */
        post: operations["bulkTasks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        /**
         * Fetch a task
         * @description The ETag is the task's version; with `If-None-Match` an unchanged task answers 304.
         */
        get: operations["getTask"];
        put?: never;
        post?: never;
        /**
         * Delete an ended task
         * @description Its descendants go with it, and the right to manage must cover them too. An unfinished task is 409, unless `force` is set; then it is ended first.
         *     With `If-Match` a task that is no longer at that version when the request arrives is 412 `version-mismatch`.
         */
        delete: operations["deleteTask"];
        options?: never;
        head?: never;
        /**
         * Set a task's state or priority from outside
         * @description `ACTIVE` starts a task that waits to be started and resumes one that waits for action. An ended state ends the
         *     task; a run of it is told to stop and its result is refused. Anything else is 409.
         */
        patch: operations["updateTask"];
        trace?: never;
    };
    "/tasks/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask a task to stop
         * @description A task that does not run yet is CANCELED at once; a run is asked to stop. Asking again answers the same; a task that has ended is
         *     409 `task-ended`.
         */
        post: operations["cancelTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{id}/rerun": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run an ended task again, as a new task
         * @description Answers 201 with the new task and its Location, or 200 with the unfinished task that has the same `dedupKey`.
         *     The arguments are those of the first task, and are checked anew. `Prefer: wait=N` holds the answer as it does for `POST /tasks`.
         *     Takes no properties.
         */
        post: operations["rerunTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{id}/output": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        /**
         * Read what a task's runs wrote
         * @description By `Accept`: one page as JSON (default), or all that there is as NDJSON, as plain text or as server-sent events, whose
         *     data is an OutputEntry and whose id is its seq. With `follow` these three go on until the task has ended. The last
         *     event is named `end`, so that a reader knows that nothing broke off; `limit` is the page's.
         *
         *     What processes print is kept with the files of their task. Where those are another process's, `stdout` and `stderr` are 409
         *     `files-elsewhere`, as the files are; a stream that follows a task until it starts elsewhere breaks off without `end`.
         */
        get: operations["readOutput"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        /**
         * List what lies in a task's working directory
         * @description In the order of their paths, a folder before what lies in it. What processes of the task printed is there too, as
         *     `.majordomo/stdout` and `.majordomo/stderr`. In a name that is not UTF-8 each byte that belongs to no character is shown as
         *     `%` and two digits, and `%` as `%25`; the file is read, and archived, by the name that is shown.
         */
        get: operations["listFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{id}/files/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["TaskId"];
                /**
                 * @description The rest of the path, slashes included: `/tasks/7/files/reports/today.csv`. Each part is percent-encoded; an encoded slash (`%2F`)
                 *     counts as one, for those who encode it all at once.
                 */
                path: string;
            };
            cookie?: never;
        };
        /**
         * Read a file
         * @description Plain text and raster images may be shown by a browser; everything else is an attachment. With `Range` a part of the file is 206, and one
         *     that lies behind its end 416 `unsatisfiable-range`; several ranges at once answer the whole file. The ETag changes whenever the content does.
         */
        get: operations["readFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{id}/files.tar.gz": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        /**
         * Read all files of a task as one archive
         * @description A gzipped tar, each file by the name that the list shows. Links are in it as links; pipes, sockets and devices are not.
         */
        get: operations["readArchive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tell how far a task is, from outside its run
         * @description For a process that a run has started and given its token, in `Majordomo-Token` or as `Authorization: Bearer`. It needs no other right, and
         *     whatever is wrong with task or token is told alike, by 403 `invalid-token`. The token is good until its run ends. Of progress that comes
         *     faster than it is stored the last counts.
         */
        post: operations["reportProgress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow the changes of tasks, as server-sent events
         * @description Each event is named `created`, `updated` or `deleted`, and its data is a TaskChange. `Last-Event-ID` goes on where
         *     a stream broke off, at any replica of the service; a gap that cannot be filled is told by a `reset` event: list again. A `ready` event says that
         *     nothing is missed from then on.
         */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the operations that you may view */
        get: operations["listOperations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: components["schemas"]["OperationName"];
            };
            cookie?: never;
        };
        /** Fetch an operation */
        get: operations["getOperation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Pause, resume or limit an operation
         * @description On all workers at once. While an operation is paused its tasks wait; those that run go on, also where more of them run than a
         *     new limit lets. `concurrency: null` lifts the limit: what each worker's animator says counts again.
         */
        patch: operations["updateOperation"];
        trace?: never;
    };
    "/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the schedules that you may view
         * @description In the order of their names, all of them.
         */
        get: operations["listSchedules"];
        put?: never;
        /**
         * Create a schedule
         * @description Answers 409 `schedule-exists` when the name is taken; `PUT /schedules/{name}` replaces one.
         */
        post: operations["createSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: components["parameters"]["ScheduleName"];
            };
            cookie?: never;
        };
        /**
         * Fetch a schedule
         * @description The ETag is the schedule's version, which grows with each change and not with each tick.
         */
        get: operations["getSchedule"];
        /**
         * Create a schedule, or replace it
         * @description Whatever the body leaves out gets its default. What the schedule has counted and its last task stay. `If-None-Match: *` creates
         *     only, `If-Match` with an ETag replaces only what was read; otherwise it answers 412 `version-mismatch`.
         */
        put: operations["putSchedule"];
        post?: never;
        /**
         * Delete a schedule
         * @description The tasks that it made stay. With `If-Match` a schedule that is no longer at that version when the request arrives is 412 `version-mismatch`.
         */
        delete: operations["deleteSchedule"];
        options?: never;
        head?: never;
        /**
         * Pause or resume a schedule
         * @description While it is paused no tick makes a task; those that pass meanwhile do not count as missed. Its tasks go on.
         */
        patch: operations["updateSchedule"];
        trace?: never;
    };
    "/schedules/{name}/run": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: components["parameters"]["ScheduleName"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a task now, as the schedule does
         * @description Also while the schedule is paused; its next tick stays. Answers 201 with the new task and its Location, or 200 with the task
         *     where an attempt to store it that seemed to fail had stored it already. `Prefer: wait=N` holds the answer as it does for
         *     `POST /tasks`. Takes no properties.
         */
        post: operations["runSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the workers that you may manage
         * @description Those that are alive, in the order of their ids. A worker is one process of the service.
         */
        get: operations["listWorkers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Let a worker start tasks, or not
         * @description `paused` and `draining` start no more; runs go on. A worker that is draining is `drained` once its last run has ended: then
         *     its process can be stopped without harm to any task.
         */
        patch: operations["updateWorker"];
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Does the process answer */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Does it take work */
        get: operations["getReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which version is it */
        get: operations["getVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document, with the argument schemas of the operations that you may view */
        get: operations["getDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        TaskId: string;
        OperationName: string;
        ScheduleName: string;
        Tag: string;
        /** @enum {string} */
        TaskState: "NEW" | "ACTIVE" | "WAITING" | "SUCCEEDED" | "FAILED" | "CANCELED" | "SKIPPED";
        /** @enum {string} */
        EndState: "SUCCEEDED" | "FAILED" | "CANCELED" | "SKIPPED";
        /**
         * @description Of log, stdout and stderr the newest entries are kept, of items all; checkpoint has the last notes that the task's
         *     runs made for their next attempt
         * @enum {string}
         */
        OutputStream: "log" | "stdout" | "stderr" | "items" | "checkpoint";
        /** @description A number of milliseconds, or a text such as 250ms, 10s, 5m, 2h, 7d */
        Duration: number | string;
        TaskCreation: {
            operation: components["schemas"]["OperationName"];
            /**
             * @description Arguments of the operation; its own schema is checked too
             * @default {}
             */
            args?: {
                [key: string]: unknown;
            };
            /**
             * @description Higher goes first
             * @default 0
             */
            priority?: number;
            /** @description For lists; a worker that has tags takes only tasks all of whose tags are among its own */
            tags?: components["schemas"]["Tag"][];
            /**
             * Format: date-time
             * @description Not to be started before this time
             */
            notBefore?: string;
            /** @description Tasks that have to end first */
            after?: {
                id: components["schemas"]["TaskId"];
                /**
                 * @description `success`: it must have SUCCEEDED or been SKIPPED, or else this task is CANCELED; `end`: any end will do
                 * @default success
                 * @enum {string}
                 */
                on?: "success" | "end";
            }[];
            /**
             * @description false: wait until PATCH sets ACTIVE
             * @default true
             */
            autoStart?: boolean;
            /** @description How long it may wait in the queue before it FAILS as `expired`; without end by default */
            ttl?: components["schemas"]["Duration"];
            /** @description How long one run may take; by default, as the operation says */
            timeout?: components["schemas"]["Duration"];
            /** @description How long it is kept after its end; by default, as the operation says */
            retain?: components["schemas"]["Duration"];
            retry?: components["schemas"]["Retry"];
            /** @description At most one unfinished task per operation and key: the one that is there is answered, with 200 */
            dedupKey?: string;
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            maxItems?: components["schemas"]["MaxItems"];
        };
        TaskForm: {
            task: components["schemas"]["TaskCreation"];
            /** @description Any number of them, each a part of its own */
            files?: string[];
        };
        ProgressReport: {
            progress?: {
                /** @description Left out, it follows from `done` and `total` */
                percent?: number;
                done?: number;
                total?: number;
                message?: string;
            };
            /** @description A line for the task's log */
            message?: string;
            /**
             * @description Of that line; info by default
             * @enum {string}
             */
            level?: "error" | "warn" | "info" | "debug";
        };
        File: {
            /** @description Relative to the working directory, with `/` between its parts */
            path: string;
            /**
             * @description Only a file can be read
             * @enum {string}
             */
            kind: "file" | "folder" | "link" | "other";
            /** @description Bytes; 0 for what is no file */
            size: number;
            /** Format: date-time */
            modifiedAt: string;
            /** @description Media type of a file, as its name tells it */
            type?: string;
        };
        FileList: {
            items: components["schemas"]["File"][];
            /** @description For the next page; absent at the end */
            cursor?: string;
        };
        /** @description How a run that failed is tried again; what is left out, as the operation says */
        Retry: {
            /** @description The most retries after the first try */
            limit?: number;
            /** @description The wait before the first retry */
            backoff?: components["schemas"]["Duration"];
            /** @description By how much each wait is longer than the one before */
            factor?: number;
            /** @description The longest wait */
            maxBackoff?: components["schemas"]["Duration"];
            /** @description Up to which share a wait is shortened, by lot */
            jitter?: number;
            /** @description false: a run that timed out is not tried again */
            onTimeout?: boolean;
        };
        /** @description At most one task with this key runs at once */
        ConcurrencyKey: string;
        /** @description The most entries of a task's items output */
        MaxItems: number;
        TaskPatch: {
            /** @enum {string} */
            state?: "ACTIVE" | "SUCCEEDED" | "FAILED" | "CANCELED" | "SKIPPED";
            /** @description With an ended state: why */
            message?: string;
            /** @description With an ended state: the result */
            result?: unknown;
            priority?: number;
        };
        Reason: {
            /** @enum {string} */
            code: "returned" | "set-by-run" | "error" | "timeout" | "canceled" | "abandoned" | "shutdown" | "interrupted" | "expired" | "dependency" | "set-from-outside";
            message: string;
            by?: string;
        };
        Progress: {
            percent?: number;
            done?: number;
            total?: number;
            message?: string;
            /** Format: date-time */
            time: string;
        };
        TaskError: {
            name: string;
            message: string;
            code?: string;
            /** @description Shown to those who may manage the operation */
            stack?: string;
        };
        Task: {
            id: components["schemas"]["TaskId"];
            operation: components["schemas"]["OperationName"];
            args: {
                [key: string]: unknown;
            };
            /** @description True in a list where the arguments are larger than 16 KiB: `args` is empty there, and GET of the task has them */
            argsOmitted?: boolean;
            state: components["schemas"]["TaskState"];
            reason?: components["schemas"]["Reason"];
            attempt: number;
            version: number;
            priority: number;
            tags: string[];
            parentId?: string;
            name?: string;
            rerunOf?: string;
            /** @description The schedule that made it */
            schedule?: string;
            createdBy?: string;
            cancelRequested: boolean;
            progress?: components["schemas"]["Progress"];
            /** @description What the run returned */
            result?: unknown;
            error?: components["schemas"]["TaskError"];
            /** @enum {string} */
            waitingFor?: "start" | "time" | "dependency" | "worker" | "key" | "slot" | "action" | "resource" | "children";
            /** Format: date-time */
            notBefore?: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            startedAt?: string;
            /** Format: date-time */
            endedAt?: string;
            /** Format: date-time */
            modifiedAt: string;
            messages: {
                /** Format: date-time */
                time: string;
                text: string;
            }[];
        };
        TaskList: {
            items: components["schemas"]["Task"][];
            /** @description For the next page; absent at the end */
            cursor?: string;
            /** @description How many tasks fit; exact to 10000 */
            total: number;
            /** @description True when there are more than `total` */
            totalCapped?: boolean;
        };
        TaskChange: {
            id: string;
            operation: string;
            state: components["schemas"]["TaskState"];
            version: number;
            /** Format: date-time */
            time: string;
            attempt?: number;
            parentId?: string;
            waitingFor?: string;
            cancelRequested?: boolean;
            reason?: components["schemas"]["Reason"];
            progress?: components["schemas"]["Progress"];
        };
        TaskFilter: {
            /** @description These tasks; not together with other filters */
            id?: components["schemas"]["TaskId"][];
            operation?: components["schemas"]["OperationName"][];
            state?: components["schemas"]["TaskState"][];
            tag?: components["schemas"]["Tag"][];
            parent?: components["schemas"]["TaskId"];
            /** Format: date-time */
            createdSince?: string;
            /** Format: date-time */
            createdUntil?: string;
            text?: string;
        };
        BulkRequest: {
            /** @enum {string} */
            action: "cancel" | "delete" | "rerun";
            filter: components["schemas"]["TaskFilter"];
            /** @description Why; kept with the tasks */
            reason?: string;
            /** @default 1000 */
            limit?: number;
            /** @description The `cursor` of the answer before */
            cursor?: string;
        };
        BulkAnswer: {
            /** @description Tasks that the action was done to */
            done: number;
            /** @description Tasks that fit the filter and not the action, for example ended ones to be canceled */
            skipped: number;
            failed: {
                id: string;
                code: string;
                message: string;
            }[];
            /** @description Whether to call again */
            more: boolean;
            /** @description For the next call; absent when there is no more */
            cursor?: string;
        };
        OperationPatch: {
            paused?: boolean;
            /** @description The most runs at once, on all workers together; null: no such limit */
            concurrency?: number | null;
        };
        Operation: {
            name: components["schemas"]["OperationName"];
            summary?: string;
            description?: string;
            /** @description JSON Schema of the arguments */
            args?: {
                [key: string]: unknown;
            };
            paused: boolean;
            /** @description The most runs at once, on all workers together; set by PATCH, and absent where it was not */
            concurrency?: number;
            /** @description The most runs at once in the process that answers; absent where only the limit of all its operations counts */
            concurrencyHere?: number;
            /** @description How many workers are alive and running that can run it */
            workers: number;
            /** @description Tasks that are kept, by state */
            counts: {
                NEW: number;
                ACTIVE: number;
                WAITING: number;
                SUCCEEDED: number;
                FAILED: number;
                CANCELED: number;
                SKIPPED: number;
            };
        };
        ScheduleSettings: {
            /** @description As in the path, where the path has it */
            name?: components["schemas"]["ScheduleName"];
            operation: components["schemas"]["OperationName"];
            /**
             * @description Arguments of the operation; its own schema is checked too
             * @default {}
             */
            args?: {
                [key: string]: unknown;
            };
            cron: components["schemas"]["Cron"];
            /** @default UTC */
            timeZone?: components["schemas"]["TimeZone"];
            /** @default once */
            missed?: components["schemas"]["Missed"];
            /** @default skip */
            overlap?: components["schemas"]["Overlap"];
            /**
             * @description Makes no tasks while true
             * @default false
             */
            paused?: boolean;
            /** @description Of its tasks; higher goes first */
            priority?: number;
            tags?: components["schemas"]["Tag"][];
            /** @description How long a task may wait in the queue */
            ttl?: components["schemas"]["Duration"];
            /** @description How long one run may take */
            timeout?: components["schemas"]["Duration"];
            retry?: components["schemas"]["Retry"];
            /** @description How long a task is kept after its end */
            retain?: components["schemas"]["Duration"];
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            maxItems?: components["schemas"]["MaxItems"];
        };
        /**
         * @description Minute, hour, day of month, month, day of week (POSIX crontab), seconds before them where there are six; or `@hourly`, `@daily`,
         *     `@weekly`, `@monthly`, `@yearly`
         * @example 30 3 * * *
         */
        Cron: string;
        /**
         * @description IANA name
         * @example Europe/Zurich
         */
        TimeZone: string;
        /**
         * @description Ticks that came while no worker was there: `once` makes one task for all of them, `all` one for each (the last 100), `skip` none
         * @enum {string}
         */
        Missed: "skip" | "once" | "all";
        /**
         * @description A tick that comes before the task of the tick before has ended: `skip` makes none, `queue` lets it wait, `replace` cancels the one
         *     before, `allow` runs both
         * @enum {string}
         */
        Overlap: "allow" | "skip" | "queue" | "replace";
        Schedule: {
            name: components["schemas"]["ScheduleName"];
            operation: components["schemas"]["OperationName"];
            /** @description Without what the operation keeps secret */
            args: {
                [key: string]: unknown;
            };
            cron: string;
            timeZone: string;
            missed: components["schemas"]["Missed"];
            overlap: components["schemas"]["Overlap"];
            paused: boolean;
            priority?: number;
            tags?: string[];
            ttl?: components["schemas"]["Duration"];
            timeout?: components["schemas"]["Duration"];
            retry?: components["schemas"]["Retry"];
            retain?: components["schemas"]["Duration"];
            concurrencyKey?: string;
            maxItems?: number;
            /** @description Grows with each change, not with each tick */
            version: number;
            /**
             * Format: date-time
             * @description Its next tick; absent while it is paused, or when none will ever come
             */
            nextAt?: string;
            /**
             * Format: date-time
             * @description The tick that made a task last
             */
            lastAt?: string;
            /** @description That task, which may have been purged */
            lastTaskId?: string;
            /** @description How many ticks made a task */
            fired: number;
            /** @description How many did not because of `overlap` */
            skipped: number;
            /** @description Who stored it last; its tasks are created on behalf of that one */
            createdBy?: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            modifiedAt: string;
        };
        Worker: {
            id: string;
            host: string;
            pid: number;
            /** @description Of the package */
            version: string;
            /**
             * @description `drained`: draining, and no run is left
             * @enum {string}
             */
            state: "running" | "paused" | "draining" | "drained";
            /** @description It takes only tasks all of whose tags are among these; absent: any task */
            tags?: string[];
            /** @description What it can run */
            operations: string[];
            /** @description The most runs at once */
            concurrency: number;
            /** @description How many there are now */
            running: number;
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            heartbeatAt: string;
        };
        OutputPage: {
            items: components["schemas"]["OutputEntry"][];
            /** @description The `after` of the next page */
            cursor: number;
            /** @description Entries that were dropped, oldest first, because of the stream's limit; bytes, for what a process printed */
            dropped: number;
        };
        OutputEntry: {
            /** @description Grows by one; for what a process printed it is the place behind the entry, in bytes */
            seq: number;
            /** Format: date-time */
            time: string;
            stream: components["schemas"]["OutputStream"];
            attempt: number;
            text?: string;
            /** @description The bytes of `text`, where they are not UTF-8 and it can only come near to them */
            base64?: string;
            /**
             * @description A part of a line, whose rest comes in the next entry or never came
             * @constant
             */
            partial?: true;
            data?: unknown;
            /** @enum {string} */
            level?: "error" | "warn" | "info" | "debug";
        };
        /** @description RFC 9457 */
        Problem: {
            type: string;
            title: string;
            status: number;
            code: string;
            detail?: string;
            /** @description Every fault */
            errors?: {
                /** @description JSON Pointer into the body, or the name of a parameter */
                path: string;
                message: string;
            }[];
        };
    };
    responses: {
        /** @description The task */
        Task: {
            headers: {
                ETag?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Task"];
            };
        };
        /** @description The new task */
        CreatedTask: {
            headers: {
                ETag?: string;
                Location?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Task"];
            };
        };
        /** @description The operation */
        Operation: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Operation"];
            };
        };
        /** @description The schedule */
        Schedule: {
            headers: {
                ETag?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Schedule"];
            };
        };
        /** @description The new schedule */
        CreatedSchedule: {
            headers: {
                ETag?: string;
                Location?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Schedule"];
            };
        };
        /** @description Whether it is well */
        Health: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @enum {string} */
                    status: "ok" | "unavailable";
                };
            };
        };
        /** @description What went wrong */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        TaskId: components["schemas"]["TaskId"];
        ScheduleName: components["schemas"]["ScheduleName"];
        /** @description The ETag that the task must still have */
        TaskIfMatch: string;
        /** @description The ETag that the schedule must still have */
        ScheduleIfMatch: string;
        /**
         * @description The same key with the same body within 24 hours answers the first task; with another body, 422. Of a form count the creation, and
         *     the paths and contents of its files.
         */
        IdempotencyKey: string;
        /** @description `wait=N` holds the answer up to N seconds, until the task has ended (RFC 7240) */
        Prefer: string;
        /** @description The id of the last event that arrived */
        LastEventId: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listTasks: {
        parameters: {
            query?: {
                operation?: components["schemas"]["OperationName"][];
                state?: components["schemas"]["TaskState"][];
                tag?: components["schemas"]["Tag"][];
                /** @description Children of this task only */
                parent?: components["schemas"]["TaskId"];
                /** @description Created at this time or later */
                createdSince?: string;
                /** @description Created before this time */
                createdUntil?: string;
                /** @description Part of the id, operation, a tag, the reason, the progress message or the arguments; case is ignored */
                text?: string;
                /** @description A leading `-` means newest first; `endedAt` lists ended tasks only */
                sort?: "createdAt" | "-createdAt" | "endedAt" | "-endedAt" | "id" | "-id";
                limit?: number;
                /** @description The `cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tasks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createTask: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The same key with the same body within 24 hours answers the first task; with another body, 422. Of a form count the creation, and
                 *     the paths and contents of its files.
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description `wait=N` holds the answer up to N seconds, until the task has ended (RFC 7240) */
                Prefer?: components["parameters"]["Prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskCreation"];
                "multipart/form-data": components["schemas"]["TaskForm"];
            };
        };
        responses: {
            200: components["responses"]["Task"];
            201: components["responses"]["CreatedTask"];
            202: components["responses"]["CreatedTask"];
            default: components["responses"]["Problem"];
        };
    };
    bulkTasks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkRequest"];
            };
        };
        responses: {
            /** @description What was done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Task"];
            /** @description The task has not changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteTask: {
        parameters: {
            query?: {
                force?: boolean;
            };
            header?: {
                /** @description The ETag that the task must still have */
                "If-Match"?: components["parameters"]["TaskIfMatch"];
            };
            path: {
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    updateTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that the task must still have */
                "If-Match"?: components["parameters"]["TaskIfMatch"];
            };
            path: {
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskPatch"];
            };
        };
        responses: {
            200: components["responses"]["Task"];
            default: components["responses"]["Problem"];
        };
    };
    cancelTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            200: components["responses"]["Task"];
            default: components["responses"]["Problem"];
        };
    };
    rerunTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description `wait=N` holds the answer up to N seconds, until the task has ended (RFC 7240) */
                Prefer?: components["parameters"]["Prefer"];
            };
            path: {
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            200: components["responses"]["Task"];
            201: components["responses"]["CreatedTask"];
            202: components["responses"]["CreatedTask"];
            default: components["responses"]["Problem"];
        };
    };
    readOutput: {
        parameters: {
            query?: {
                stream?: components["schemas"]["OutputStream"];
                /** @description Entries with a greater seq only */
                after?: number;
                /** @description The last so many entries */
                tail?: number;
                limit?: number;
                /** @description Not with JSON */
                follow?: boolean;
            };
            header?: {
                /** @description The id of the last event that arrived */
                "Last-Event-ID"?: components["parameters"]["LastEventId"];
            };
            path: {
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Output */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutputPage"];
                    "application/x-ndjson": string;
                    "text/plain": string;
                    "text/event-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listFiles: {
        parameters: {
            query?: {
                /** @description Only what lies in this folder and below it */
                folder?: string;
                limit?: number;
                /** @description The `cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of files */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    readFile: {
        parameters: {
            query?: {
                /** @description An attachment whatever it is */
                download?: "" | "true" | "false";
            };
            header?: {
                "If-None-Match"?: string;
                /** @description Does not count beside `If-None-Match` */
                "If-Modified-Since"?: string;
                Range?: string;
                /** @description The ETag, or the Last-Modified, of the file that `Range` is a part of; the whole file where it is another one now */
                "If-Range"?: string;
            };
            path: {
                id: components["parameters"]["TaskId"];
                /**
                 * @description The rest of the path, slashes included: `/tasks/7/files/reports/today.csv`. Each part is percent-encoded; an encoded slash (`%2F`)
                 *     counts as one, for those who encode it all at once.
                 */
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    ETag?: string;
                    "Last-Modified"?: string;
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            /** @description A part of it */
            206: {
                headers: {
                    ETag?: string;
                    "Last-Modified"?: string;
                    "Content-Range"?: string;
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            /** @description The file has not changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    readArchive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A tar archive, gzipped */
            200: {
                headers: {
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/gzip": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    reportProgress: {
        parameters: {
            query?: never;
            header?: {
                "Majordomo-Token"?: string;
            };
            path: {
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProgressReport"];
            };
        };
        responses: {
            /** @description It is told */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    streamEvents: {
        parameters: {
            query?: {
                operation?: components["schemas"]["OperationName"][];
            };
            header?: {
                /** @description The id of the last event that arrived */
                "Last-Event-ID"?: components["parameters"]["LastEventId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A stream of events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["TaskChange"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listOperations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operations */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Operation"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: components["schemas"]["OperationName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Operation"];
            default: components["responses"]["Problem"];
        };
    };
    updateOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: components["schemas"]["OperationName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationPatch"];
            };
        };
        responses: {
            200: components["responses"]["Operation"];
            default: components["responses"]["Problem"];
        };
    };
    listSchedules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schedules */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Schedule"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": WithRequired<components["schemas"]["ScheduleSettings"], "name">;
            };
        };
        responses: {
            201: components["responses"]["CreatedSchedule"];
            default: components["responses"]["Problem"];
        };
    };
    getSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: components["parameters"]["ScheduleName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Schedule"];
            default: components["responses"]["Problem"];
        };
    };
    putSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that the schedule must still have */
                "If-Match"?: components["parameters"]["ScheduleIfMatch"];
                /** @description `*`: only if there is no schedule of that name */
                "If-None-Match"?: string;
            };
            path: {
                name: components["parameters"]["ScheduleName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleSettings"];
            };
        };
        responses: {
            200: components["responses"]["Schedule"];
            201: components["responses"]["CreatedSchedule"];
            default: components["responses"]["Problem"];
        };
    };
    deleteSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that the schedule must still have */
                "If-Match"?: components["parameters"]["ScheduleIfMatch"];
            };
            path: {
                name: components["parameters"]["ScheduleName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    updateSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that the schedule must still have */
                "If-Match"?: components["parameters"]["ScheduleIfMatch"];
            };
            path: {
                name: components["parameters"]["ScheduleName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    paused: boolean;
                };
            };
        };
        responses: {
            200: components["responses"]["Schedule"];
            default: components["responses"]["Problem"];
        };
    };
    runSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description `wait=N` holds the answer up to N seconds, until the task has ended (RFC 7240) */
                Prefer?: components["parameters"]["Prefer"];
            };
            path: {
                name: components["parameters"]["ScheduleName"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            200: components["responses"]["Task"];
            201: components["responses"]["CreatedTask"];
            202: components["responses"]["CreatedTask"];
            default: components["responses"]["Problem"];
        };
    };
    listWorkers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Worker"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    updateWorker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    state: "running" | "paused" | "draining";
                };
            };
        };
        responses: {
            /** @description The worker */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worker"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Health"];
        };
    };
    getReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Health"];
            503: components["responses"]["Health"];
        };
    };
    getVersion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        version: string;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An OpenAPI 3.1 document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
}
type WithRequired<T, K extends keyof T> = T & {
    [P in K]-?: T[P];
};
