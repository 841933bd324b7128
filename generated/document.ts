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
      "name": "Operations",
      "description": "The kinds of work that this service knows"
    },
    {
      "name": "Service",
      "description": "Is it there",
      "and which one is it": null
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
        "description": "Answers 201 with the new task and its Location, or 200 with the task that is there already when `dedupKey` or\n`Idempotency-Key` says that this is the same one. With `Prefer: wait=N` (RFC 7240) the answer is held until the\ntask ends or N seconds (60 at most) have passed: 201 for a new task that has ended, 202 for one that has not,\nand 200 for one that was there already, ended or not. A client that leaves cancels nothing.\n",
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
            "name": "If-Match",
            "in": "header",
            "description": "The ETag that the task must still have",
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
        "description": "Its descendants go with it, and the right to manage must cover them too. An unfinished task is 409, unless `force` is set; then it is ended first.\n",
        "parameters": [
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
        "description": "Answers 201 with the new task and its Location, or 200 with the unfinished task that has the same `dedupKey`.\nThe arguments are those of the first task, and are checked anew. Takes no properties.\n",
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
        "description": "By `Accept`: one page as JSON (default), or all that there is as NDJSON, as plain text or as server-sent events, whose\ndata is an OutputEntry and whose id is its seq. With `follow` these three go on until the task has ended. The last\nevent is named `end`, so that a reader knows that nothing broke off; `limit` is the page's.\n",
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
    "/events": {
      "get": {
        "operationId": "streamEvents",
        "tags": [
          "Tasks"
        ],
        "summary": "Follow the changes of tasks, as server-sent events",
        "description": "Each event is named `created`, `updated` or `deleted`, and its data is a TaskChange. `Last-Event-ID` goes on where\na stream broke off; a gap that cannot be filled is told by a `reset` event: list again. A `ready` event says that\nnothing is missed from then on.\n",
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
        "summary": "Pause or resume an operation",
        "description": "While an operation is paused its tasks wait; those that run go on.",
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
            "$ref": "#/components/responses/Operation"
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
      "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key with the same body within 24 hours answers the first task; with another body, 422",
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
        "type": "string",
        "enum": [
          "log",
          "stdout",
          "stderr",
          "items"
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
            "items": {
              "$ref": "#/components/schemas/Tag"
            }
          },
          "notBefore": {
            "type": "string",
            "format": "date-time",
            "maxLength": 40,
            "description": "Not to be started before"
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
                  "default": "success"
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
            "description": "How long it may wait in the queue"
          },
          "timeout": {
            "$ref": "#/components/schemas/Duration",
            "description": "How long one run may take"
          },
          "retain": {
            "$ref": "#/components/schemas/Duration",
            "description": "How long it is kept after its end"
          },
          "retry": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "limit": {
                "type": "integer",
                "minimum": 0,
                "maximum": 1000,
                "description": "The most retries after the first try"
              },
              "backoff": {
                "$ref": "#/components/schemas/Duration"
              },
              "factor": {
                "type": "number",
                "minimum": 1,
                "maximum": 100
              },
              "maxBackoff": {
                "$ref": "#/components/schemas/Duration"
              },
              "jitter": {
                "type": "number",
                "minimum": 0,
                "maximum": 1
              },
              "onTimeout": {
                "type": "boolean"
              }
            }
          },
          "dedupKey": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "description": "At most one unfinished task per operation and key"
          },
          "concurrencyKey": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "description": "At most one task with this key runs at once"
          },
          "maxItems": {
            "type": "integer",
            "minimum": 0,
            "maximum": 1000000,
            "description": "The most entries of its items output"
          }
        }
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
            "description": "Tasks that fit the filter and not the action",
            "for example ended ones to be canceled": null
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
      "Operation": {
        "type": "object",
        "required": [
          "name",
          "paused",
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
            "type": "integer"
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
            "description": "Entries that were dropped",
            "oldest first": null,
            "because of the stream's limit": null
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
            "type": "integer"
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
                  "description": "JSON Pointer into the body",
                  "or the name of a parameter": null
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
