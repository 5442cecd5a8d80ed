export {
  hostileServer,
  type HostilePage,
  type HostileServer,
  type HostileServerOptions,
  type HostileVisit,
} from './hostile-server.ts';
