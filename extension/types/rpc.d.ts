/** JSON-RPC 2.0 as it crosses the extension's ports. */
declare namespace Rpc {
  type Id = string | number;
  type Params = Record<string, unknown>;

  interface Request {
    jsonrpc: "2.0";
    id: Id;
    method: string;
    params: Params;
  }
  interface Notification {
    jsonrpc: "2.0";
    method: string;
    params: Params;
  }
  interface Result {
    jsonrpc: "2.0";
    id: Id;
    result: object;
  }
  interface Failure {
    jsonrpc: "2.0";
    id: Id | null;
    error: { code: number; message: string };
  }
  type Answer = Result | Failure;
  type Message = Request | Notification | Answer;

  type ParamsOf<M extends keyof Wire.Calls> = Wire.Calls[M]["params"];
  type ResultOf<M extends keyof Wire.Calls> = Wire.Calls[M]["result"];
}

/** How the link to the host stands, for the popup. */
interface LinkState {
  state: "up" | "reconnecting" | "missing" | "broken" | "stopped" | "update" | "refused";
  text: string;
}
