// Made by scripts/generate.ts from api/openapi.yaml. Do not edit.
/** api/openapi.yaml as plain data; `info.version` is the package's. Copy it before changing anything. */
export const document: Readonly<Record<string, unknown>> = {
  "openapi": "3.1.0",
  "info": {
    "title": "Majordomo",
    "version": "0.1.0",
    "license": {
      "name": "Apache-2.0",
      "identifier": "Apache-2.0"
    },
    "description": "The housekeeping tasks of the service that serves this page: create, watch, cancel and tidy them.\n\nEvery error is a problem document (RFC 9457) with a `code`, and names every fault of the request.\n"
  },
  "servers": [
    {
      "url": "."
    }
  ],
  "tags": [
    {
      "name": "Tasks",
      "description": "Pieces of work"
    },
    {
      "name": "Files",
      "description": "Working directories of tasks"
    },
    {
      "name": "Operations",
      "description": "The kinds of work that this service knows"
    },
    {
      "name": "Schedules",
      "description": "What is done again and again"
    },
    {
      "name": "Workers",
      "description": "The processes that do the work"
    },
    {
      "name": "Service",
      "description": "Is it there, and which one is it"
    }
  ],
  "paths": {
    "/tasks": {
      "post": {
        "operationId": "createTask",
        "tags": [
          "Tasks"
        ],
        "summary": "Create a task",
        "description": "Answers 201 with the new task and its Location, or 200 with the task that is there already when `dedupKey` or\n`Idempotency-Key` says that this is the same one. With `Prefer: wait=N` (RFC 7240) the answer is held until the\ntask ends or N seconds (60 at most) have passed: 201 for a new task that has ended, 202 for one that has not,\nand 200 for one that was there already, ended or not. A client that leaves cancels nothing.\n\nAs a form the creation is the field `task`, and every other part is a file, whatever its field is called: its file name,\nwhich may have folders before it, is its path in the task's working directory. The parts may come in any order; a form\nthat begins with `task` is refused before its files are taken.\n",
        "parameters": [
          {
            "$ref": "#/components/parameters/IdempotencyKey"
          },
          {
            "$ref": "#/components/parameters/Prefer"
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/TaskCreation"
              }
            },
            "multipart/form-data": {
              "schema": {
                "$ref": "#/components/schemas/TaskForm"
              },
              "encoding": {
                "task": {
                  "contentType": "application/json"
                }
              }
            }
          }
        },
        "responses": {
          "200": {
            "$ref": "#/components/responses/Task"
          },
          "201": {
            "$ref": "#/components/responses/CreatedTask"
          },
          "202": {
            "$ref": "#/components/responses/CreatedTask"
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      },
      "get": {
        "operationId": "listTasks",
        "tags": [
          "Tasks"
        ],
        "summary": "List tasks",
        "description": "One page of the tasks that you may view. A cursor neither skips nor repeats a task while others come and go.\nRepeated values of `operation` and `state` mean any of them; of `tag`, all of them.\n",
        "parameters": [
          {
            "name": "operation",
            "in": "query",
            "schema": {
              "type": "array",
              "maxItems": 100,
              "items": {
                "$ref": "#/components/schemas/OperationName"
              }
            }
          },
          {
            "name": "state",
            "in": "query",
            "schema": {
              "type": "array",
              "maxItems": 7,
              "items": {
                "$ref": "#/components/schemas/TaskState"
              }
            }
          },
          {
            "name": "tag",
            "in": "query",
            "schema": {
              "type": "array",
              "maxItems": 20,
              "items": {
                "$ref": "#/components/schemas/Tag"
              }
            }
          },
          {
            "name": "parent",
            "in": "query",
            "description": "Children of this task only",
            "schema": {
              "$ref": "#/components/schemas/TaskId"
            }
          },
          {
            "name": "createdSince",
            "in": "query",
            "description": "Created at this time or later",
            "schema": {
              "type": "string",
              "format": "date-time",
              "maxLength": 40
            }
          },
          {
            "name": "createdUntil",
            "in": "query",
            "description": "Created before this time",
            "schema": {
              "type": "string",
              "format": "date-time",
              "maxLength": 40
            }
          },
          {
            "name": "text",
            "in": "query",
            "description": "Part of the id, operation, a tag, the reason, the progress message or the arguments; case is ignored",
            "schema": {
              "type": "string",
              "minLength": 1,
              "maxLength": 200
            }
          },
          {
            "name": "sort",
            "in": "query",
            "description": "A leading `-` means newest first; `endedAt` lists ended tasks only",
            "schema": {
              "type": "string",
              "enum": [
                "createdAt",
                "-createdAt",
                "endedAt",
                "-endedAt",
                "id",
                "-id"
              ],
              "default": "-createdAt"
            }
          },
          {
            "name": "limit",
            "in": "query",
            "schema": {
              "type": "integer",
              "minimum": 1,
              "maximum": 1000,
              "default": 50
            }
          },
          {
            "name": "cursor",
            "in": "query",
            "description": "The `cursor` of the page before",
            "schema": {
              "type": "string",
              "minLength": 1,
              "maxLength": 500
            }
          }
        ],
        "responses": {
          "200": {
            "description": "A page of tasks",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/TaskList"
                }
              }
            }
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/tasks/bulk": {
      "post": {
        "operationId": "bulkTasks",
        "tags": [
          "Tasks"
        ],
        "summary": "Cancel, delete or re-run many tasks",
        "description": "Does the same to every task that fits the filter and that you have the right for, newest first, up to `limit` of them;\ntasks that the action does not fit are counted as `skipped`. While `more` is true, call again with the `cursor`.\n",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/BulkRequest"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "What was done",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/BulkAnswer"
                }
              }
            }
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/tasks/{id}": {
      "parameters": [
        {
          "$ref": "#/components/parameters/TaskId"
        }
      ],
      "get": {
        "operationId": "getTask",
        "tags": [
          "Tasks"
        ],
        "summary": "Fetch a task",
        "description": "The ETag is the task's version; with `If-None-Match` an unchanged task answers 304.",
        "parameters": [
          {
            "name": "If-None-Match",
            "in": "header",
            "schema": {
              "type": "string",
              "maxLength": 1000
            }
          }
        ],
        "responses": {
          "200": {
            "$ref": "#/components/responses/Task"
          },
          "304": {
            "description": "The task has not changed"
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      },
      "patch": {
        "operationId": "updateTask",
        "tags": [
          "Tasks"
        ],
        "summary": "Set a task's state or priority from outside",
        "description": "`ACTIVE` starts a task that waits to be started and resumes one that waits for action. An ended state ends the\ntask; a run of it is told to stop and its result is refused. Anything else is 409.\n",
        "parameters": [
          {
            "$ref": "#/components/parameters/TaskIfMatch"
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/TaskPatch"
              }
            }
          }
        },
        "responses": {
          "200": {
            "$ref": "#/components/responses/Task"
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      },
      "delete": {
        "operationId": "deleteTask",
        "tags": [
          "Tasks"
        ],
        "summary": "Delete an ended task",
        "description": "Its descendants go with it, and the right to manage must cover them too. An unfinished task is 409, unless `force` is set; then it is ended first.\nWith `If-Match` a task that is no longer at that version when the request arrives is 412 `version-mismatch`.\n",
        "parameters": [
          {
            "$ref": "#/components/parameters/TaskIfMatch"
          },
          {
            "name": "force",
            "in": "query",
            "schema": {
              "type": "boolean",
              "default": false
            }
          }
        ],
        "responses": {
          "204": {
            "description": "It is gone"
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/tasks/{id}/cancel": {
      "parameters": [
        {
          "$ref": "#/components/parameters/TaskId"
        }
      ],
      "post": {
        "operationId": "cancelTask",
        "tags": [
          "Tasks"
        ],
        "summary": "Ask a task to stop",
        "description": "A task that does not run yet is CANCELED at once; a run is asked to stop. Asking again answers the same; a task that has ended is\n409 `task-ended`.\n",
        "requestBody": {
          "required": false,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "reason": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 500
                  }
                }
              }
            }
          }
        },
        "responses": {
          "200": {
            "$ref": "#/components/responses/Task"
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/tasks/{id}/rerun": {
      "parameters": [
        {
          "$ref": "#/components/parameters/TaskId"
        }
      ],
      "post": {
        "operationId": "rerunTask",
        "tags": [
          "Tasks"
        ],
        "summary": "Run an ended task again, as a new task",
        "description": "Answers 201 with the new task and its Location, or 200 with the unfinished task that has the same `dedupKey`.\nThe arguments are those of the first task, and are checked anew. `Prefer: wait=N` holds the answer as it does for `POST /tasks`.\nTakes no properties.\n",
        "parameters": [
          {
            "$ref": "#/components/parameters/Prefer"
          }
        ],
        "requestBody": {
          "required": false,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "additionalProperties": false
              }
            }
          }
        },
        "responses": {
          "200": {
            "$ref": "#/components/responses/Task"
          },
          "201": {
            "$ref": "#/components/responses/CreatedTask"
          },
          "202": {
            "$ref": "#/components/responses/CreatedTask"
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/tasks/{id}/output": {
      "parameters": [
        {
          "$ref": "#/components/parameters/TaskId"
        }
      ],
      "get": {
        "operationId": "readOutput",
        "tags": [
          "Tasks"
        ],
        "summary": "Read what a task's runs wrote",
        "description": "By `Accept`: one page as JSON (default), or all that there is as NDJSON, as plain text or as server-sent events, whose\ndata is an OutputEntry and whose id is its seq. With `follow` these three go on until the task has ended. The last\nevent is named `end`, so that a reader knows that nothing broke off; `limit` is the page's.\n\nWhat processes print is kept with the files of their task. Where those are another process's, `stdout` and `stderr` are 409\n`files-elsewhere`, as the files are; a stream that follows a task until it starts elsewhere breaks off without `end`.\n",
        "parameters": [
          {
            "name": "stream",
            "in": "query",
            "schema": {
              "$ref": "#/components/schemas/OutputStream",
              "default": "log"
            }
          },
          {
            "name": "after",
            "in": "query",
            "description": "Entries with a greater seq only",
            "schema": {
              "type": "integer",
              "minimum": 0,
              "maximum": 9007199254740991
            }
          },
          {
            "name": "tail",
            "in": "query",
            "description": "The last so many entries",
            "schema": {
              "type": "integer",
              "minimum": 1,
              "maximum": 1000
            }
          },
          {
            "name": "limit",
            "in": "query",
            "schema": {
              "type": "integer",
              "minimum": 1,
              "maximum": 1000,
              "default": 100
            }
          },
          {
            "name": "follow",
            "in": "query",
            "description": "Not with JSON",
            "schema": {
              "type": "boolean",
              "default": false
            }
          },
          {
            "$ref": "#/components/parameters/LastEventId"
          }
        ],
        "responses": {
          "200": {
            "description": "Output",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/OutputPage"
                }
              },
              "application/x-ndjson": {
                "schema": {
                  "type": "string"
                }
              },
              "text/plain": {
                "schema": {
                  "type": "string"
                }
              },
              "text/event-stream": {
                "schema": {
                  "type": "string"
                }
              }
            }
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/tasks/{id}/files": {
      "parameters": [
        {
          "$ref": "#/components/parameters/TaskId"
        }
      ],
      "get": {
        "operationId": "listFiles",
        "tags": [
          "Files"
        ],
        "summary": "List what lies in a task's working directory",
        "description": "In the order of their paths, a folder before what lies in it. What processes of the task printed is there too, as\n`.majordomo/stdout` and `.majordomo/stderr`. In a name that is not UTF-8 each byte that belongs to no character is shown as\n`%` and two digits, and `%` as `%25`; the file is read, and archived, by the name that is shown.\n",
        "parameters": [
          {
            "name": "folder",
            "in": "query",
            "description": "Only what lies in this folder and below it",
            "schema": {
              "type": "string",
              "minLength": 1,
              "maxLength": 4096
            }
          },
          {
            "name": "limit",
            "in": "query",
            "schema": {
              "type": "integer",
              "minimum": 1,
              "maximum": 1000,
              "default": 100
            }
          },
          {
            "name": "cursor",
            "in": "query",
            "description": "The `cursor` of the page before",
            "schema": {
              "type": "string",
              "minLength": 1,
              "maxLength": 4096
            }
          }
        ],
        "responses": {
          "200": {
            "description": "A page of files",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FileList"
                }
              }
            }
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/tasks/{id}/files/{path}": {
      "parameters": [
        {
          "$ref": "#/components/parameters/TaskId"
        },
        {
          "name": "path",
          "in": "path",
          "required": true,
          "x-rest-of-path": true,
          "description": "The rest of the path, slashes included: `/tasks/7/files/reports/today.csv`. Each part is percent-encoded; an encoded slash (`%2F`)\ncounts as one, for those who encode it all at once.\n",
          "schema": {
            "type": "string",
            "minLength": 1,
            "maxLength": 4096
          }
        }
      ],
      "get": {
        "operationId": "readFile",
        "tags": [
          "Files"
        ],
        "summary": "Read a file",
        "description": "Plain text and raster images may be shown by a browser; everything else is an attachment. With `Range` a part of the file is 206, and one\nthat lies behind its end 416 `unsatisfiable-range`; several ranges at once answer the whole file. The ETag changes whenever the content does.\n",
        "parameters": [
          {
            "name": "download",
            "in": "query",
            "description": "An attachment whatever it is",
            "allowEmptyValue": true,
            "schema": {
              "type": "string",
              "enum": [
                "",
                "true",
                "false"
              ]
            }
          },
          {
            "name": "If-None-Match",
            "in": "header",
            "schema": {
              "type": "string",
              "maxLength": 1000
            }
          },
          {
            "name": "If-Modified-Since",
            "in": "header",
            "description": "Does not count beside `If-None-Match`",
            "schema": {
              "type": "string",
              "maxLength": 100
            }
          },
          {
            "name": "Range",
            "in": "header",
            "schema": {
              "type": "string",
              "maxLength": 1000
            }
          },
          {
            "name": "If-Range",
            "in": "header",
            "description": "The ETag, or the Last-Modified, of the file that `Range` is a part of; the whole file where it is another one now",
            "schema": {
              "type": "string",
              "maxLength": 1000
            }
          }
        ],
        "responses": {
          "200": {
            "description": "The file",
            "headers": {
              "ETag": {
                "schema": {
                  "type": "string"
                }
              },
              "Last-Modified": {
                "schema": {
                  "type": "string"
                }
              },
              "Content-Disposition": {
                "schema": {
                  "type": "string"
                }
              }
            },
            "content": {
              "*/*": {
                "schema": {
                  "type": "string",
                  "format": "binary"
                }
              }
            }
          },
          "206": {
            "description": "A part of it",
            "headers": {
              "ETag": {
                "schema": {
                  "type": "string"
                }
              },
              "Last-Modified": {
                "schema": {
                  "type": "string"
                }
              },
              "Content-Range": {
                "schema": {
                  "type": "string"
                }
              },
              "Content-Disposition": {
                "schema": {
                  "type": "string"
                }
              }
            },
            "content": {
              "*/*": {
                "schema": {
                  "type": "string",
                  "format": "binary"
                }
              }
            }
          },
          "304": {
            "description": "The file has not changed"
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/tasks/{id}/files.tar.gz": {
      "parameters": [
        {
          "$ref": "#/components/parameters/TaskId"
        }
      ],
      "get": {
        "operationId": "readArchive",
        "tags": [
          "Files"
        ],
        "summary": "Read all files of a task as one archive",
        "description": "A gzipped tar, each file by the name that the list shows. Links are in it as links; pipes, sockets and devices are not.",
        "responses": {
          "200": {
            "description": "A tar archive, gzipped",
            "headers": {
              "Content-Disposition": {
                "schema": {
                  "type": "string"
                }
              }
            },
            "content": {
              "application/gzip": {
                "schema": {
                  "type": "string",
                  "format": "binary"
                }
              }
            }
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/tasks/{id}/progress": {
      "parameters": [
        {
          "$ref": "#/components/parameters/TaskId"
        }
      ],
      "post": {
        "operationId": "reportProgress",
        "tags": [
          "Tasks"
        ],
        "summary": "Tell how far a task is, from outside its run",
        "description": "For a process that a run has started and given its token, in `Majordomo-Token` or as `Authorization: Bearer`. It needs no other right, and\nwhatever is wrong with task or token is told alike, by 403 `invalid-token`. The token is good until its run ends. Of progress that comes\nfaster than it is stored the last counts.\n",
        "parameters": [
          {
            "name": "Majordomo-Token",
            "in": "header",
            "schema": {
              "type": "string",
              "minLength": 1,
              "maxLength": 500
            }
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/ProgressReport"
              }
            }
          }
        },
        "responses": {
          "204": {
            "description": "It is told"
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/events": {
      "get": {
        "operationId": "streamEvents",
        "tags": [
          "Tasks"
        ],
        "summary": "Follow the changes of tasks, as server-sent events",
        "description": "Each event is named `created`, `updated` or `deleted`, and its data is a TaskChange. `Last-Event-ID` goes on where\na stream broke off, at any replica of the service; a gap that cannot be filled is told by a `reset` event: list again. A `ready` event says that\nnothing is missed from then on.\n",
        "parameters": [
          {
            "name": "operation",
            "in": "query",
            "schema": {
              "type": "array",
              "maxItems": 100,
              "items": {
                "$ref": "#/components/schemas/OperationName"
              }
            }
          },
          {
            "$ref": "#/components/parameters/LastEventId"
          }
        ],
        "responses": {
          "200": {
            "description": "A stream of events",
            "content": {
              "text/event-stream": {
                "schema": {
                  "$ref": "#/components/schemas/TaskChange"
                }
              }
            }
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/operations": {
      "get": {
        "operationId": "listOperations",
        "tags": [
          "Operations"
        ],
        "summary": "List the operations that you may view",
        "responses": {
          "200": {
            "description": "The operations",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "items"
                  ],
                  "properties": {
                    "items": {
                      "type": "array",
                      "items": {
                        "$ref": "#/components/schemas/Operation"
                      }
                    }
                  }
                }
              }
            }
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/operations/{name}": {
      "parameters": [
        {
          "name": "name",
          "in": "path",
          "required": true,
          "schema": {
            "$ref": "#/components/schemas/OperationName"
          }
        }
      ],
      "get": {
        "operationId": "getOperation",
        "tags": [
          "Operations"
        ],
        "summary": "Fetch an operation",
        "responses": {
          "200": {
            "$ref": "#/components/responses/Operation"
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      },
      "patch": {
        "operationId": "updateOperation",
        "tags": [
          "Operations"
        ],
        "summary": "Pause, resume or limit an operation",
        "description": "On all workers at once. While an operation is paused its tasks wait; those that run go on, also where more of them run than a\nnew limit lets. `concurrency: null` lifts the limit: what each worker's animator says counts again.\n",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/OperationPatch"
              }
            }
          }
        },
        "responses": {
          "200": {
            "$ref": "#/components/responses/Operation"
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/schedules": {
      "get": {
        "operationId": "listSchedules",
        "tags": [
          "Schedules"
        ],
        "summary": "List the schedules that you may view",
        "description": "In the order of their names, all of them.",
        "responses": {
          "200": {
            "description": "The schedules",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "items"
                  ],
                  "properties": {
                    "items": {
                      "type": "array",
                      "items": {
                        "$ref": "#/components/schemas/Schedule"
                      }
                    }
                  }
                }
              }
            }
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      },
      "post": {
        "operationId": "createSchedule",
        "tags": [
          "Schedules"
        ],
        "summary": "Create a schedule",
        "description": "Answers 409 `schedule-exists` when the name is taken; `PUT /schedules/{name}` replaces one.",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "allOf": [
                  {
                    "$ref": "#/components/schemas/ScheduleSettings"
                  }
                ],
                "required": [
                  "name"
                ]
              }
            }
          }
        },
        "responses": {
          "201": {
            "$ref": "#/components/responses/CreatedSchedule"
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/schedules/{name}": {
      "parameters": [
        {
          "$ref": "#/components/parameters/ScheduleName"
        }
      ],
      "get": {
        "operationId": "getSchedule",
        "tags": [
          "Schedules"
        ],
        "summary": "Fetch a schedule",
        "description": "The ETag is the schedule's version, which grows with each change and not with each tick.",
        "responses": {
          "200": {
            "$ref": "#/components/responses/Schedule"
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      },
      "put": {
        "operationId": "putSchedule",
        "tags": [
          "Schedules"
        ],
        "summary": "Create a schedule, or replace it",
        "description": "Whatever the body leaves out gets its default. What the schedule has counted and its last task stay. `If-None-Match: *` creates\nonly, `If-Match` with an ETag replaces only what was read; otherwise it answers 412 `version-mismatch`.\n",
        "parameters": [
          {
            "$ref": "#/components/parameters/ScheduleIfMatch"
          },
          {
            "name": "If-None-Match",
            "in": "header",
            "description": "`*`: only if there is no schedule of that name",
            "schema": {
              "type": "string",
              "maxLength": 1000
            }
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/ScheduleSettings"
              }
            }
          }
        },
        "responses": {
          "200": {
            "$ref": "#/components/responses/Schedule"
          },
          "201": {
            "$ref": "#/components/responses/CreatedSchedule"
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      },
      "patch": {
        "operationId": "updateSchedule",
        "tags": [
          "Schedules"
        ],
        "summary": "Pause or resume a schedule",
        "description": "While it is paused no tick makes a task; those that pass meanwhile do not count as missed. Its tasks go on.\n",
        "parameters": [
          {
            "$ref": "#/components/parameters/ScheduleIfMatch"
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "additionalProperties": false,
                "required": [
                  "paused"
                ],
                "properties": {
                  "paused": {
                    "type": "boolean"
                  }
                }
              }
            }
          }
        },
        "responses": {
          "200": {
            "$ref": "#/components/responses/Schedule"
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      },
      "delete": {
        "operationId": "deleteSchedule",
        "tags": [
          "Schedules"
        ],
        "summary": "Delete a schedule",
        "description": "The tasks that it made stay. With `If-Match` a schedule that is no longer at that version when the request arrives is 412 `version-mismatch`.\n",
        "parameters": [
          {
            "$ref": "#/components/parameters/ScheduleIfMatch"
          }
        ],
        "responses": {
          "204": {
            "description": "It is gone"
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/schedules/{name}/run": {
      "parameters": [
        {
          "$ref": "#/components/parameters/ScheduleName"
        }
      ],
      "post": {
        "operationId": "runSchedule",
        "tags": [
          "Schedules"
        ],
        "summary": "Create a task now, as the schedule does",
        "description": "Also while the schedule is paused; its next tick stays. Answers 201 with the new task and its Location, or 200 with the task\nwhere an attempt to store it that seemed to fail had stored it already. `Prefer: wait=N` holds the answer as it does for\n`POST /tasks`. Takes no properties.\n",
        "parameters": [
          {
            "$ref": "#/components/parameters/Prefer"
          }
        ],
        "requestBody": {
          "required": false,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "additionalProperties": false
              }
            }
          }
        },
        "responses": {
          "200": {
            "$ref": "#/components/responses/Task"
          },
          "201": {
            "$ref": "#/components/responses/CreatedTask"
          },
          "202": {
            "$ref": "#/components/responses/CreatedTask"
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/workers": {
      "get": {
        "operationId": "listWorkers",
        "tags": [
          "Workers"
        ],
        "summary": "List the workers that you may manage",
        "description": "Those that are alive, in the order of their ids. A worker is one process of the service.",
        "responses": {
          "200": {
            "description": "The workers",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "items"
                  ],
                  "properties": {
                    "items": {
                      "type": "array",
                      "items": {
                        "$ref": "#/components/schemas/Worker"
                      }
                    }
                  }
                }
              }
            }
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/workers/{id}": {
      "parameters": [
        {
          "name": "id",
          "in": "path",
          "required": true,
          "schema": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200
          }
        }
      ],
      "patch": {
        "operationId": "updateWorker",
        "tags": [
          "Workers"
        ],
        "summary": "Let a worker start tasks, or not",
        "description": "`paused` and `draining` start no more; runs go on. A worker that is draining is `drained` once its last run has ended: then\nits process can be stopped without harm to any task.\n",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "additionalProperties": false,
                "required": [
                  "state"
                ],
                "properties": {
                  "state": {
                    "type": "string",
                    "enum": [
                      "running",
                      "paused",
                      "draining"
                    ]
                  }
                }
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The worker",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Worker"
                }
              }
            }
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/health": {
      "get": {
        "operationId": "getHealth",
        "tags": [
          "Service"
        ],
        "summary": "Does the process answer",
        "responses": {
          "200": {
            "$ref": "#/components/responses/Health"
          }
        }
      }
    },
    "/ready": {
      "get": {
        "operationId": "getReady",
        "tags": [
          "Service"
        ],
        "summary": "Does it take work",
        "responses": {
          "200": {
            "$ref": "#/components/responses/Health"
          },
          "503": {
            "$ref": "#/components/responses/Health"
          }
        }
      }
    },
    "/version": {
      "get": {
        "operationId": "getVersion",
        "tags": [
          "Service"
        ],
        "summary": "Which version is it",
        "responses": {
          "200": {
            "description": "The version",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "name",
                    "version"
                  ],
                  "properties": {
                    "name": {
                      "type": "string"
                    },
                    "version": {
                      "type": "string"
                    }
                  }
                }
              }
            }
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    },
    "/openapi.json": {
      "get": {
        "operationId": "getDocument",
        "tags": [
          "Service"
        ],
        "summary": "This document, with the argument schemas of the operations that you may view",
        "responses": {
          "200": {
            "description": "An OpenAPI 3.1 document",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "additionalProperties": true
                }
              }
            }
          },
          "default": {
            "$ref": "#/components/responses/Problem"
          }
        }
      }
    }
  },
  "components": {
    "parameters": {
      "TaskId": {
        "name": "id",
        "in": "path",
        "required": true,
        "schema": {
          "$ref": "#/components/schemas/TaskId"
        }
      },
      "ScheduleName": {
        "name": "name",
        "in": "path",
        "required": true,
        "schema": {
          "$ref": "#/components/schemas/ScheduleName"
        }
      },
      "TaskIfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag that the task must still have",
        "schema": {
          "type": "string",
          "maxLength": 1000
        }
      },
      "ScheduleIfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag that the schedule must still have",
        "schema": {
          "type": "string",
          "maxLength": 1000
        }
      },
      "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key with the same body within 24 hours answers the first task; with another body, 422. Of a form count the creation, and\nthe paths and contents of its files.\n",
        "schema": {
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        }
      },
      "Prefer": {
        "name": "Prefer",
        "in": "header",
        "description": "`wait=N` holds the answer up to N seconds, until the task has ended (RFC 7240)",
        "schema": {
          "type": "string",
          "maxLength": 200
        }
      },
      "LastEventId": {
        "name": "Last-Event-ID",
        "in": "header",
        "description": "The id of the last event that arrived",
        "schema": {
          "type": "string",
          "maxLength": 100
        }
      }
    },
    "responses": {
      "Task": {
        "description": "The task",
        "headers": {
          "ETag": {
            "schema": {
              "type": "string"
            }
          }
        },
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Task"
            }
          }
        }
      },
      "CreatedTask": {
        "description": "The new task",
        "headers": {
          "ETag": {
            "schema": {
              "type": "string"
            }
          },
          "Location": {
            "schema": {
              "type": "string"
            }
          }
        },
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Task"
            }
          }
        }
      },
      "Operation": {
        "description": "The operation",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Operation"
            }
          }
        }
      },
      "Schedule": {
        "description": "The schedule",
        "headers": {
          "ETag": {
            "schema": {
              "type": "string"
            }
          }
        },
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Schedule"
            }
          }
        }
      },
      "CreatedSchedule": {
        "description": "The new schedule",
        "headers": {
          "ETag": {
            "schema": {
              "type": "string"
            }
          },
          "Location": {
            "schema": {
              "type": "string"
            }
          }
        },
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Schedule"
            }
          }
        }
      },
      "Health": {
        "description": "Whether it is well",
        "content": {
          "application/json": {
            "schema": {
              "type": "object",
              "required": [
                "status"
              ],
              "properties": {
                "status": {
                  "type": "string",
                  "enum": [
                    "ok",
                    "unavailable"
                  ]
                }
              }
            }
          }
        }
      },
      "Problem": {
        "description": "What went wrong",
        "content": {
          "application/problem+json": {
            "schema": {
              "$ref": "#/components/schemas/Problem"
            }
          }
        }
      }
    },
    "schemas": {
      "TaskId": {
        "type": "string",
        "minLength": 1,
        "maxLength": 100,
        "pattern": "^[A-Za-z0-9_-]+$"
      },
      "OperationName": {
        "type": "string",
        "minLength": 1,
        "maxLength": 100
      },
      "ScheduleName": {
        "type": "string",
        "minLength": 1,
        "maxLength": 100,
        "pattern": "^[A-Za-z0-9][A-Za-z0-9_.:-]*$"
      },
      "Tag": {
        "type": "string",
        "minLength": 1,
        "maxLength": 100
      },
      "TaskState": {
        "type": "string",
        "enum": [
          "NEW",
          "ACTIVE",
          "WAITING",
          "SUCCEEDED",
          "FAILED",
          "CANCELED",
          "SKIPPED"
        ]
      },
      "EndState": {
        "type": "string",
        "enum": [
          "SUCCEEDED",
          "FAILED",
          "CANCELED",
          "SKIPPED"
        ]
      },
      "OutputStream": {
        "description": "Of log, stdout and stderr the newest entries are kept, of items all; checkpoint has the last notes that the task's\nruns made for their next attempt\n",
        "type": "string",
        "enum": [
          "log",
          "stdout",
          "stderr",
          "items",
          "checkpoint"
        ]
      },
      "Duration": {
        "description": "A number of milliseconds, or a text such as 250ms, 10s, 5m, 2h, 7d",
        "oneOf": [
          {
            "type": "integer",
            "minimum": 0,
            "maximum": 31536000000000
          },
          {
            "type": "string",
            "maxLength": 20,
            "pattern": "^\\d+(\\.\\d+)?(ms|s|m|h|d)$"
          }
        ]
      },
      "TaskCreation": {
        "type": "object",
        "additionalProperties": false,
        "required": [
          "operation"
        ],
        "properties": {
          "operation": {
            "$ref": "#/components/schemas/OperationName"
          },
          "args": {
            "type": "object",
            "additionalProperties": true,
            "description": "Arguments of the operation; its own schema is checked too",
            "default": {}
          },
          "priority": {
            "type": "integer",
            "minimum": -1000,
            "maximum": 1000,
            "default": 0,
            "description": "Higher goes first"
          },
          "tags": {
            "type": "array",
            "maxItems": 20,
            "uniqueItems": true,
            "description": "For lists; a worker that has tags takes only tasks all of whose tags are among its own",
            "items": {
              "$ref": "#/components/schemas/Tag"
            }
          },
          "notBefore": {
            "type": "string",
            "format": "date-time",
            "maxLength": 40,
            "description": "Not to be started before this time"
          },
          "after": {
            "type": "array",
            "maxItems": 100,
            "description": "Tasks that have to end first",
            "items": {
              "type": "object",
              "additionalProperties": false,
              "required": [
                "id"
              ],
              "properties": {
                "id": {
                  "$ref": "#/components/schemas/TaskId"
                },
                "on": {
                  "type": "string",
                  "enum": [
                    "success",
                    "end"
                  ],
                  "default": "success",
                  "description": "`success`: it must have SUCCEEDED or been SKIPPED, or else this task is CANCELED; `end`: any end will do"
                }
              }
            }
          },
          "autoStart": {
            "type": "boolean",
            "default": true,
            "description": "false: wait until PATCH sets ACTIVE"
          },
          "ttl": {
            "$ref": "#/components/schemas/Duration",
            "description": "How long it may wait in the queue before it FAILS as `expired`; without end by default"
          },
          "timeout": {
            "$ref": "#/components/schemas/Duration",
            "description": "How long one run may take; by default, as the operation says"
          },
          "retain": {
            "$ref": "#/components/schemas/Duration",
            "description": "How long it is kept after its end; by default, as the operation says"
          },
          "retry": {
            "$ref": "#/components/schemas/Retry"
          },
          "dedupKey": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "description": "At most one unfinished task per operation and key: the one that is there is answered, with 200"
          },
          "concurrencyKey": {
            "$ref": "#/components/schemas/ConcurrencyKey"
          },
          "maxItems": {
            "$ref": "#/components/schemas/MaxItems"
          }
        }
      },
      "TaskForm": {
        "type": "object",
        "required": [
          "task"
        ],
        "properties": {
          "task": {
            "$ref": "#/components/schemas/TaskCreation"
          },
          "files": {
            "type": "array",
            "description": "Any number of them, each a part of its own",
            "items": {
              "type": "string",
              "format": "binary"
            }
          }
        }
      },
      "ProgressReport": {
        "type": "object",
        "additionalProperties": false,
        "minProperties": 1,
        "properties": {
          "progress": {
            "type": "object",
            "additionalProperties": false,
            "minProperties": 1,
            "properties": {
              "percent": {
                "type": "number",
                "minimum": 0,
                "maximum": 100,
                "description": "Left out, it follows from `done` and `total`"
              },
              "done": {
                "type": "number",
                "minimum": 0
              },
              "total": {
                "type": "number",
                "minimum": 0
              },
              "message": {
                "type": "string",
                "maxLength": 1000
              }
            }
          },
          "message": {
            "type": "string",
            "minLength": 1,
            "maxLength": 10000,
            "description": "A line for the task's log"
          },
          "level": {
            "type": "string",
            "enum": [
              "error",
              "warn",
              "info",
              "debug"
            ],
            "description": "Of that line; info by default"
          }
        }
      },
      "File": {
        "type": "object",
        "required": [
          "path",
          "kind",
          "size",
          "modifiedAt"
        ],
        "properties": {
          "path": {
            "type": "string",
            "description": "Relative to the working directory, with `/` between its parts"
          },
          "kind": {
            "type": "string",
            "enum": [
              "file",
              "folder",
              "link",
              "other"
            ],
            "description": "Only a file can be read"
          },
          "size": {
            "type": "integer",
            "description": "Bytes; 0 for what is no file"
          },
          "modifiedAt": {
            "type": "string",
            "format": "date-time"
          },
          "type": {
            "type": "string",
            "description": "Media type of a file, as its name tells it"
          }
        }
      },
      "FileList": {
        "type": "object",
        "required": [
          "items"
        ],
        "properties": {
          "items": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/File"
            }
          },
          "cursor": {
            "type": "string",
            "description": "For the next page; absent at the end"
          }
        }
      },
      "Retry": {
        "type": "object",
        "description": "How a run that failed is tried again; what is left out, as the operation says",
        "additionalProperties": false,
        "properties": {
          "limit": {
            "type": "integer",
            "minimum": 0,
            "maximum": 1000,
            "description": "The most retries after the first try"
          },
          "backoff": {
            "$ref": "#/components/schemas/Duration",
            "description": "The wait before the first retry"
          },
          "factor": {
            "type": "number",
            "minimum": 1,
            "maximum": 100,
            "description": "By how much each wait is longer than the one before"
          },
          "maxBackoff": {
            "$ref": "#/components/schemas/Duration",
            "description": "The longest wait"
          },
          "jitter": {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "description": "Up to which share a wait is shortened, by lot"
          },
          "onTimeout": {
            "type": "boolean",
            "description": "false: a run that timed out is not tried again"
          }
        }
      },
      "ConcurrencyKey": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "description": "At most one task with this key runs at once"
      },
      "MaxItems": {
        "type": "integer",
        "minimum": 0,
        "maximum": 1000000,
        "description": "The most entries of a task's items output"
      },
      "TaskPatch": {
        "type": "object",
        "additionalProperties": false,
        "minProperties": 1,
        "properties": {
          "state": {
            "type": "string",
            "enum": [
              "ACTIVE",
              "SUCCEEDED",
              "FAILED",
              "CANCELED",
              "SKIPPED"
            ]
          },
          "message": {
            "type": "string",
            "minLength": 1,
            "maxLength": 500,
            "description": "With an ended state: why"
          },
          "result": {
            "description": "With an ended state: the result"
          },
          "priority": {
            "type": "integer",
            "minimum": -1000,
            "maximum": 1000
          }
        }
      },
      "Reason": {
        "type": "object",
        "required": [
          "code",
          "message"
        ],
        "properties": {
          "code": {
            "type": "string",
            "enum": [
              "returned",
              "set-by-run",
              "error",
              "timeout",
              "canceled",
              "abandoned",
              "shutdown",
              "interrupted",
              "expired",
              "dependency",
              "set-from-outside"
            ]
          },
          "message": {
            "type": "string"
          },
          "by": {
            "type": "string"
          }
        }
      },
      "Progress": {
        "type": "object",
        "required": [
          "time"
        ],
        "properties": {
          "percent": {
            "type": "number"
          },
          "done": {
            "type": "number"
          },
          "total": {
            "type": "number"
          },
          "message": {
            "type": "string"
          },
          "time": {
            "type": "string",
            "format": "date-time"
          }
        }
      },
      "TaskError": {
        "type": "object",
        "required": [
          "name",
          "message"
        ],
        "properties": {
          "name": {
            "type": "string"
          },
          "message": {
            "type": "string"
          },
          "code": {
            "type": "string"
          },
          "stack": {
            "type": "string",
            "description": "Shown to those who may manage the operation"
          }
        }
      },
      "Task": {
        "type": "object",
        "required": [
          "id",
          "operation",
          "args",
          "state",
          "attempt",
          "version",
          "priority",
          "tags",
          "cancelRequested",
          "messages",
          "createdAt",
          "modifiedAt"
        ],
        "properties": {
          "id": {
            "$ref": "#/components/schemas/TaskId"
          },
          "operation": {
            "$ref": "#/components/schemas/OperationName"
          },
          "args": {
            "type": "object",
            "additionalProperties": true
          },
          "argsOmitted": {
            "type": "boolean",
            "description": "True in a list where the arguments are larger than 16 KiB: `args` is empty there, and GET of the task has them"
          },
          "state": {
            "$ref": "#/components/schemas/TaskState"
          },
          "reason": {
            "$ref": "#/components/schemas/Reason"
          },
          "attempt": {
            "type": "integer"
          },
          "version": {
            "type": "integer"
          },
          "priority": {
            "type": "integer"
          },
          "tags": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "parentId": {
            "type": "string"
          },
          "name": {
            "type": "string"
          },
          "rerunOf": {
            "type": "string"
          },
          "schedule": {
            "type": "string",
            "description": "The schedule that made it"
          },
          "createdBy": {
            "type": "string"
          },
          "cancelRequested": {
            "type": "boolean"
          },
          "progress": {
            "$ref": "#/components/schemas/Progress"
          },
          "result": {
            "description": "What the run returned"
          },
          "error": {
            "$ref": "#/components/schemas/TaskError"
          },
          "waitingFor": {
            "type": "string",
            "enum": [
              "start",
              "time",
              "dependency",
              "worker",
              "key",
              "slot",
              "action",
              "resource",
              "children"
            ]
          },
          "notBefore": {
            "type": "string",
            "format": "date-time"
          },
          "createdAt": {
            "type": "string",
            "format": "date-time"
          },
          "startedAt": {
            "type": "string",
            "format": "date-time"
          },
          "endedAt": {
            "type": "string",
            "format": "date-time"
          },
          "modifiedAt": {
            "type": "string",
            "format": "date-time"
          },
          "messages": {
            "type": "array",
            "items": {
              "type": "object",
              "required": [
                "time",
                "text"
              ],
              "properties": {
                "time": {
                  "type": "string",
                  "format": "date-time"
                },
                "text": {
                  "type": "string"
                }
              }
            }
          }
        }
      },
      "TaskList": {
        "type": "object",
        "required": [
          "items",
          "total"
        ],
        "properties": {
          "items": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/Task"
            }
          },
          "cursor": {
            "type": "string",
            "description": "For the next page; absent at the end"
          },
          "total": {
            "type": "integer",
            "description": "How many tasks fit; exact to 10000"
          },
          "totalCapped": {
            "type": "boolean",
            "description": "True when there are more than `total`"
          }
        }
      },
      "TaskChange": {
        "type": "object",
        "required": [
          "id",
          "operation",
          "state",
          "version",
          "time"
        ],
        "properties": {
          "id": {
            "type": "string"
          },
          "operation": {
            "type": "string"
          },
          "state": {
            "$ref": "#/components/schemas/TaskState"
          },
          "version": {
            "type": "integer"
          },
          "time": {
            "type": "string",
            "format": "date-time"
          },
          "attempt": {
            "type": "integer"
          },
          "parentId": {
            "type": "string"
          },
          "waitingFor": {
            "type": "string"
          },
          "cancelRequested": {
            "type": "boolean"
          },
          "reason": {
            "$ref": "#/components/schemas/Reason"
          },
          "progress": {
            "$ref": "#/components/schemas/Progress"
          }
        }
      },
      "TaskFilter": {
        "type": "object",
        "additionalProperties": false,
        "properties": {
          "id": {
            "type": "array",
            "description": "These tasks; not together with other filters",
            "minItems": 1,
            "maxItems": 1000,
            "items": {
              "$ref": "#/components/schemas/TaskId"
            }
          },
          "operation": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "items": {
              "$ref": "#/components/schemas/OperationName"
            }
          },
          "state": {
            "type": "array",
            "minItems": 1,
            "maxItems": 7,
            "items": {
              "$ref": "#/components/schemas/TaskState"
            }
          },
          "tag": {
            "type": "array",
            "minItems": 1,
            "maxItems": 20,
            "items": {
              "$ref": "#/components/schemas/Tag"
            }
          },
          "parent": {
            "$ref": "#/components/schemas/TaskId"
          },
          "createdSince": {
            "type": "string",
            "format": "date-time",
            "maxLength": 40
          },
          "createdUntil": {
            "type": "string",
            "format": "date-time",
            "maxLength": 40
          },
          "text": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200
          }
        }
      },
      "BulkRequest": {
        "type": "object",
        "additionalProperties": false,
        "required": [
          "action",
          "filter"
        ],
        "properties": {
          "action": {
            "type": "string",
            "enum": [
              "cancel",
              "delete",
              "rerun"
            ]
          },
          "filter": {
            "$ref": "#/components/schemas/TaskFilter"
          },
          "reason": {
            "type": "string",
            "minLength": 1,
            "maxLength": 500,
            "description": "Why; kept with the tasks"
          },
          "limit": {
            "type": "integer",
            "minimum": 1,
            "maximum": 10000,
            "default": 1000
          },
          "cursor": {
            "type": "string",
            "minLength": 1,
            "maxLength": 500,
            "description": "The `cursor` of the answer before"
          }
        }
      },
      "BulkAnswer": {
        "type": "object",
        "required": [
          "done",
          "skipped",
          "failed",
          "more"
        ],
        "properties": {
          "done": {
            "type": "integer",
            "description": "Tasks that the action was done to"
          },
          "skipped": {
            "type": "integer",
            "description": "Tasks that fit the filter and not the action, for example ended ones to be canceled"
          },
          "failed": {
            "type": "array",
            "items": {
              "type": "object",
              "required": [
                "id",
                "code",
                "message"
              ],
              "properties": {
                "id": {
                  "type": "string"
                },
                "code": {
                  "type": "string"
                },
                "message": {
                  "type": "string"
                }
              }
            }
          },
          "more": {
            "type": "boolean",
            "description": "Whether to call again"
          },
          "cursor": {
            "type": "string",
            "description": "For the next call; absent when there is no more"
          }
        }
      },
      "OperationPatch": {
        "type": "object",
        "additionalProperties": false,
        "minProperties": 1,
        "properties": {
          "paused": {
            "type": "boolean"
          },
          "concurrency": {
            "description": "The most runs at once, on all workers together; null: no such limit",
            "oneOf": [
              {
                "type": "integer",
                "minimum": 1,
                "maximum": 1000000
              },
              {
                "type": "null"
              }
            ]
          }
        }
      },
      "Operation": {
        "type": "object",
        "required": [
          "name",
          "paused",
          "workers",
          "counts"
        ],
        "properties": {
          "name": {
            "$ref": "#/components/schemas/OperationName"
          },
          "summary": {
            "type": "string"
          },
          "description": {
            "type": "string"
          },
          "args": {
            "type": "object",
            "additionalProperties": true,
            "description": "JSON Schema of the arguments"
          },
          "paused": {
            "type": "boolean"
          },
          "concurrency": {
            "type": "integer",
            "description": "The most runs at once, on all workers together; set by PATCH, and absent where it was not"
          },
          "concurrencyHere": {
            "type": "integer",
            "description": "The most runs at once in the process that answers; absent where only the limit of all its operations counts"
          },
          "workers": {
            "type": "integer",
            "description": "How many workers are alive and running that can run it"
          },
          "counts": {
            "type": "object",
            "description": "Tasks that are kept, by state",
            "required": [
              "NEW",
              "ACTIVE",
              "WAITING",
              "SUCCEEDED",
              "FAILED",
              "CANCELED",
              "SKIPPED"
            ],
            "properties": {
              "NEW": {
                "type": "integer"
              },
              "ACTIVE": {
                "type": "integer"
              },
              "WAITING": {
                "type": "integer"
              },
              "SUCCEEDED": {
                "type": "integer"
              },
              "FAILED": {
                "type": "integer"
              },
              "CANCELED": {
                "type": "integer"
              },
              "SKIPPED": {
                "type": "integer"
              }
            }
          }
        }
      },
      "ScheduleSettings": {
        "type": "object",
        "additionalProperties": false,
        "required": [
          "operation",
          "cron"
        ],
        "properties": {
          "name": {
            "$ref": "#/components/schemas/ScheduleName",
            "description": "As in the path, where the path has it"
          },
          "operation": {
            "$ref": "#/components/schemas/OperationName"
          },
          "args": {
            "type": "object",
            "additionalProperties": true,
            "description": "Arguments of the operation; its own schema is checked too",
            "default": {}
          },
          "cron": {
            "$ref": "#/components/schemas/Cron"
          },
          "timeZone": {
            "$ref": "#/components/schemas/TimeZone",
            "default": "UTC"
          },
          "missed": {
            "$ref": "#/components/schemas/Missed",
            "default": "once"
          },
          "overlap": {
            "$ref": "#/components/schemas/Overlap",
            "default": "skip"
          },
          "paused": {
            "type": "boolean",
            "default": false,
            "description": "Makes no tasks while true"
          },
          "priority": {
            "type": "integer",
            "minimum": -1000,
            "maximum": 1000,
            "description": "Of its tasks; higher goes first"
          },
          "tags": {
            "type": "array",
            "maxItems": 20,
            "uniqueItems": true,
            "items": {
              "$ref": "#/components/schemas/Tag"
            }
          },
          "ttl": {
            "$ref": "#/components/schemas/Duration",
            "description": "How long a task may wait in the queue"
          },
          "timeout": {
            "$ref": "#/components/schemas/Duration",
            "description": "How long one run may take"
          },
          "retry": {
            "$ref": "#/components/schemas/Retry"
          },
          "retain": {
            "$ref": "#/components/schemas/Duration",
            "description": "How long a task is kept after its end"
          },
          "concurrencyKey": {
            "$ref": "#/components/schemas/ConcurrencyKey"
          },
          "maxItems": {
            "$ref": "#/components/schemas/MaxItems"
          }
        }
      },
      "Cron": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "description": "Minute, hour, day of month, month, day of week (POSIX crontab), seconds before them where there are six; or `@hourly`, `@daily`,\n`@weekly`, `@monthly`, `@yearly`\n",
        "examples": [
          "30 3 * * *"
        ]
      },
      "TimeZone": {
        "type": "string",
        "minLength": 1,
        "maxLength": 100,
        "description": "IANA name",
        "examples": [
          "Europe/Zurich"
        ]
      },
      "Missed": {
        "type": "string",
        "enum": [
          "skip",
          "once",
          "all"
        ],
        "description": "Ticks that came while no worker was there: `once` makes one task for all of them, `all` one for each (the last 100), `skip` none\n"
      },
      "Overlap": {
        "type": "string",
        "enum": [
          "allow",
          "skip",
          "queue",
          "replace"
        ],
        "description": "A tick that comes before the task of the tick before has ended: `skip` makes none, `queue` lets it wait, `replace` cancels the one\nbefore, `allow` runs both\n"
      },
      "Schedule": {
        "type": "object",
        "required": [
          "name",
          "operation",
          "args",
          "cron",
          "timeZone",
          "missed",
          "overlap",
          "paused",
          "version",
          "fired",
          "skipped",
          "createdAt",
          "modifiedAt"
        ],
        "properties": {
          "name": {
            "$ref": "#/components/schemas/ScheduleName"
          },
          "operation": {
            "$ref": "#/components/schemas/OperationName"
          },
          "args": {
            "type": "object",
            "additionalProperties": true,
            "description": "Without what the operation keeps secret"
          },
          "cron": {
            "type": "string"
          },
          "timeZone": {
            "type": "string"
          },
          "missed": {
            "$ref": "#/components/schemas/Missed"
          },
          "overlap": {
            "$ref": "#/components/schemas/Overlap"
          },
          "paused": {
            "type": "boolean"
          },
          "priority": {
            "type": "integer"
          },
          "tags": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "ttl": {
            "$ref": "#/components/schemas/Duration"
          },
          "timeout": {
            "$ref": "#/components/schemas/Duration"
          },
          "retry": {
            "$ref": "#/components/schemas/Retry"
          },
          "retain": {
            "$ref": "#/components/schemas/Duration"
          },
          "concurrencyKey": {
            "type": "string"
          },
          "maxItems": {
            "type": "integer"
          },
          "version": {
            "type": "integer",
            "description": "Grows with each change, not with each tick"
          },
          "nextAt": {
            "type": "string",
            "format": "date-time",
            "description": "Its next tick; absent while it is paused, or when none will ever come"
          },
          "lastAt": {
            "type": "string",
            "format": "date-time",
            "description": "The tick that made a task last"
          },
          "lastTaskId": {
            "type": "string",
            "description": "That task, which may have been purged"
          },
          "fired": {
            "type": "integer",
            "description": "How many ticks made a task"
          },
          "skipped": {
            "type": "integer",
            "description": "How many did not because of `overlap`"
          },
          "createdBy": {
            "type": "string",
            "description": "Who stored it last; its tasks are created on behalf of that one"
          },
          "createdAt": {
            "type": "string",
            "format": "date-time"
          },
          "modifiedAt": {
            "type": "string",
            "format": "date-time"
          }
        }
      },
      "Worker": {
        "type": "object",
        "required": [
          "id",
          "host",
          "pid",
          "version",
          "state",
          "operations",
          "concurrency",
          "running",
          "startedAt",
          "heartbeatAt"
        ],
        "properties": {
          "id": {
            "type": "string"
          },
          "host": {
            "type": "string"
          },
          "pid": {
            "type": "integer"
          },
          "version": {
            "type": "string",
            "description": "Of the package"
          },
          "state": {
            "type": "string",
            "enum": [
              "running",
              "paused",
              "draining",
              "drained"
            ],
            "description": "`drained`: draining, and no run is left"
          },
          "tags": {
            "type": "array",
            "items": {
              "type": "string"
            },
            "description": "It takes only tasks all of whose tags are among these; absent: any task"
          },
          "operations": {
            "type": "array",
            "items": {
              "type": "string"
            },
            "description": "What it can run"
          },
          "concurrency": {
            "type": "integer",
            "description": "The most runs at once"
          },
          "running": {
            "type": "integer",
            "description": "How many there are now"
          },
          "startedAt": {
            "type": "string",
            "format": "date-time"
          },
          "heartbeatAt": {
            "type": "string",
            "format": "date-time"
          }
        }
      },
      "OutputPage": {
        "type": "object",
        "required": [
          "items",
          "cursor",
          "dropped"
        ],
        "properties": {
          "items": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/OutputEntry"
            }
          },
          "cursor": {
            "type": "integer",
            "description": "The `after` of the next page"
          },
          "dropped": {
            "type": "integer",
            "description": "Entries that were dropped, oldest first, because of the stream's limit; bytes, for what a process printed\n"
          }
        }
      },
      "OutputEntry": {
        "type": "object",
        "required": [
          "seq",
          "time",
          "stream",
          "attempt"
        ],
        "properties": {
          "seq": {
            "type": "integer",
            "description": "Grows by one; for what a process printed it is the place behind the entry, in bytes"
          },
          "time": {
            "type": "string",
            "format": "date-time"
          },
          "stream": {
            "$ref": "#/components/schemas/OutputStream"
          },
          "attempt": {
            "type": "integer"
          },
          "text": {
            "type": "string"
          },
          "base64": {
            "type": "string",
            "description": "The bytes of `text`, where they are not UTF-8 and it can only come near to them"
          },
          "partial": {
            "type": "boolean",
            "const": true,
            "description": "A part of a line, whose rest comes in the next entry or never came"
          },
          "data": {},
          "level": {
            "type": "string",
            "enum": [
              "error",
              "warn",
              "info",
              "debug"
            ]
          }
        }
      },
      "Problem": {
        "type": "object",
        "description": "RFC 9457",
        "required": [
          "type",
          "title",
          "status",
          "code"
        ],
        "properties": {
          "type": {
            "type": "string"
          },
          "title": {
            "type": "string"
          },
          "status": {
            "type": "integer"
          },
          "code": {
            "type": "string"
          },
          "detail": {
            "type": "string"
          },
          "errors": {
            "type": "array",
            "description": "Every fault",
            "items": {
              "type": "object",
              "required": [
                "path",
                "message"
              ],
              "properties": {
                "path": {
                  "type": "string",
                  "description": "JSON Pointer into the body, or the name of a parameter"
                },
                "message": {
                  "type": "string"
                }
              }
            }
          }
        }
      }
    }
  }
}
